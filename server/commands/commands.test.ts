import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REAL_WORLD } from '../clock.ts';
import { MIGRATIONS } from '../db/migrations/index.ts';
import { openStore } from '../db/store.ts';
import { openKeys } from '../keys/keys.ts';
import { type Cluster, findPostgres, NEEDS_POSTGRES, NO_DISK, startCluster } from '../testing/postgres.ts';
import { verificationRow } from '../testing/stores.ts';

const folder = mkdtempSync(join(tmpdir(), 'commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const names = Object.keys(MIGRATIONS);

/** The example configuration in a folder of its own. */
function configure(name: string, more = ''): string {
  mkdirSync(join(folder, name));
  const path = join(folder, name, 'server.yaml');
  copyFileSync(join(import.meta.dirname, '..', 'server.example.yaml'), path);
  writeFileSync(path, `${readFileSync(path, 'utf8')}\n${more}`);
  return path;
}

type Run = { readonly code: number; readonly said: string };

function run(script: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  const env = { ...process.env, ...environment };
  return new Promise((resolve) => {
    const words = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, script), ...args];
    execFile(process.execPath, words, { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, said: stdout + stderr }),
    );
  });
}

const audit = (...args: string[]) => run('audit.ts', args);

describe('npm run migrate', () => {
  it('makes the tables, says so, and lists them', async () => {
    const config = configure('new');
    const before = await run('migrate.ts', ['--config', config, '--list']);
    expect(before.said.match(/not applied yet/g)).toHaveLength(names.length);
    const first = await run('migrate.ts', ['--config', config]);
    expect(first).toMatchObject({ code: 0, said: expect.stringContaining('The tables are up to date.') });
    for (const name of names) expect(first.said).toContain(`applied   ${name}`);
    const again = await run('migrate.ts', ['--config', config]);
    expect(again).toMatchObject({ code: 0, said: expect.stringContaining('up to date already') });
    const after = await run('migrate.ts', ['--config', config, '--list']);
    expect(after.said).toMatch(new RegExp(`^20\\d\\d-\\S+Z  ${names[0]}$`, 'm'));
  });
  it('says what is wrong with its arguments or the configuration', async () => {
    expect(await run('migrate.ts', [])).toMatchObject({
      code: 2,
      said: expect.stringContaining('usage: npm run migrate'),
    });
    const none = await run('migrate.ts', ['--config', join(folder, 'none.yaml')]);
    expect(none).toMatchObject({ code: 1, said: expect.stringContaining('config-missing') });
  });
});

describe('npm run audit', () => {
  let config: string;
  let database: string;
  beforeAll(async () => {
    config = configure('audited');
    const data = join(folder, 'audited', 'data');
    mkdirSync(data);
    database = join(data, 'backend.sqlite');
    const options = { database: { engine: 'sqlite', path: database }, world: REAL_WORLD } as const;
    const store = await openStore({ ...options, auditKey: openKeys(data, REAL_WORLD).audit });
    await store.verifications.insert(verificationRow('V-1', { state: 'verified', reason: 'matched' }));
    const line = { who: 'kiosk:k1', verification: 'V-1' };
    const personal = { person: 'p', words: { name: '张*' } };
    await store.audit.append({ ...line, at: 1000, what: 'verification-created', detail: { sale: 'S-1' }, personal });
    await store.audit.append({ ...line, at: 2500, what: 'attempt-opened', detail: { attempt: 'a' } });
    await store.audit.append({
      ...line,
      at: 3000,
      who: 'backend',
      what: 'verification-verified',
      detail: { codes: { bank: 'ok' } },
    });
    await store.close();
  });

  it('verify says that it is whole, and keeps a checkpoint', async () => {
    const checkpoint = join(folder, 'checkpoint.json');
    for (const _ of ['made', 'compared'])
      expect(await audit('verify', '--config', config, '--checkpoint', checkpoint)).toEqual({
        code: 0,
        said: `${database}\nThe audit is whole: 3 lines in 16 chains; 1 with words about a person, 0 of them forgotten.\n`,
      });
    writeFileSync(checkpoint, readFileSync(checkpoint, 'utf8').replace('"n": 3', '"n": 2'));
    const changed = await audit('verify', '--config', config, '--checkpoint', checkpoint);
    expect(changed).toMatchObject({ code: 1, said: expect.stringContaining('checkpoint-unreadable') });
  });
  it('show tells a verification in words', async () => {
    const { code, said } = await audit('show', 'V-1', '--config', config);
    expect(code).toBe(0);
    expect(said.split('\n')).toEqual([
      expect.stringMatching(/^verification V-1, chain \d+ of the audit$/),
      '',
      '1970-01-01 00:00:01.000Z    +0.000 s  kiosk:k1 asked for a verification (sale S-1)  [line 1]',
      `${' '.repeat(38)}name: 张*`,
      '1970-01-01 00:00:02.500Z    +1.500 s  kiosk:k1 opened an attempt (attempt a)  [line 2]',
      '1970-01-01 00:00:03.000Z    +2.000 s  backend ended it: VERIFIED (codes bank: ok)  [line 3]',
      '',
      'It stands at "verified" (matched).',
      '',
    ]);
    expect(await audit('show', 'V-2', '--config', config)).toMatchObject({ code: 1 });
  });
  it('verify and show name the line that was changed, with exit code 1', async () => {
    const db = new Database(database);
    db.exec(`drop trigger audit_no_update; update audit set at = 2600 where n = 2`);
    db.close();
    const { code, said } = await audit('verify', '--config', config);
    expect(code).toBe(1);
    expect(said).toMatch(/^chain \d+, line 2: does not fit the line before it/m);
    expect(said).toContain('THE AUDIT IS NOT WHOLE: 1 finding in 3 lines');
    const json = await audit('verify', '--config', config, '--json');
    expect(JSON.parse(json.said)).toMatchObject({ lines: 3, findings: [{ kind: 'changed', n: 2 }] });
    expect((await audit('show', 'V-1', '--config', config)).said).toMatch(
      /\[line 2\]\n +!! this line is not as it was/,
    );
  });
  it('is not content without the keys', async () => {
    const bare = await audit('verify', '--config', configure('bare'));
    expect(bare).toMatchObject({ code: 1, said: expect.stringContaining('keys-unreadable') });
    for (const args of [[], ['verify'], ['show', '--config', config], ['erase', '--config', config]])
      expect(await audit(...args)).toMatchObject({ code: 2, said: expect.stringContaining('usage: npm run audit') });
  });
});

const missing = findPostgres() === undefined;
describe.skipIf(missing)(
  missing ? `the commands on PostgreSQL (${NEEDS_POSTGRES})` : 'the commands on PostgreSQL',
  () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startCluster(NO_DISK);
    }, 60_000);
    afterAll(() => cluster?.remove(), 60_000);

    it('take its url from the environment, and say where it is when it is gone', async () => {
      const config = configure('postgres', 'database: { engine: postgres, urlEnv: KIOSK_DB }\n');
      const environment = { KIOSK_DB: await cluster.database() };
      const migrated = await run('migrate.ts', ['--config', config], environment);
      expect(migrated).toMatchObject({ code: 0, said: expect.stringContaining('The tables are up to date.') });
      const whole = await run('audit.ts', ['verify', '--config', config], environment);
      expect(whole).toMatchObject({
        code: 0,
        said: expect.stringContaining('The audit is whole: 0 lines in 16 chains.'),
      });
      await cluster.stop();
      const gone = await run('migrate.ts', ['--config', config], environment);
      expect(gone).toMatchObject({
        code: 1,
        said: expect.stringMatching(/migrate: database-unavailable: the database t1 at/),
      });
    });
  },
);

describe('every command', () => {
  it('says its usage when it is asked, and as an error when it was not understood', async () => {
    const all = ['appeals', 'audit', 'forget', 'keys', 'kiosks', 'migrate', 'receipt'];
    const runs = all.map(async (name) => [
      await run(`${name}.ts`, ['--help']),
      await run(`${name}.ts`, ['--nonsense']),
    ]);
    for (const [i, both] of (await Promise.all(runs)).entries()) {
      const said = expect.stringMatching(new RegExp(`^usage: npm run ${all[i]} -- `));
      expect(both).toEqual([
        { code: 0, said },
        { code: 2, said },
      ]);
    }
  });
});
