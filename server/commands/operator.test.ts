import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { backendConfig } from '../authorities/sandbox/index.ts';
import type { Verification } from '../contract/index.ts';
import { json, problem } from '../testing/answers.ts';
import { saying, startTestBackend, type TestBackend, ZHANG } from '../testing/backend.ts';
import { tryOnce } from '../testing/course.ts';
import type { TestKiosk } from '../testing/kiosk.ts';

const folder = mkdtempSync(join(tmpdir(), 'operator-'));
const config = join(folder, 'server.yaml');
const otherFace = { outcome: 'mismatch', face: 'mismatch', code: 'police-face-mismatch' } as const;
let backend: TestBackend;
let kiosk: TestKiosk;
let rejected: Verification;

/** A server that runs, with a verification that was refused, and the commands beside it. */
beforeAll(async () => {
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  const settings = { data: 'data', mode: 'demo', authorities: backendConfig('http://127.0.0.1:9') };
  writeFileSync(config, stringify(settings));
  const authorities = [saying('bank'), saying('police', otherFace), saying('insurer')];
  backend = await startTestBackend({ data, authorities });
  kiosk = await backend.kiosk();
  const { id } = await json<Verification>(kiosk.ask(ZHANG));
  rejected = await tryOnce(kiosk, id);
});
afterAll(async () => {
  await backend?.stop(0);
  rmSync(folder, { recursive: true, force: true });
});

type Run = { readonly code: number | null; readonly said: string };

function run(command: string, args: readonly string[], input = ''): Promise<Run> {
  const words = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, `${command}.ts`), ...args];
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  child.stdin.end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}
const at = (command: string, ...args: string[]) => run(command, [...args, '--config', config]);

describe('the commands of an operator', () => {
  it.each([
    ['receipt', []],
    ['receipt', ['a', 'b']],
    ['keys', ['rotate', 'everything', '--config', config]],
    ['kiosks', ['revoke', '--config', config]],
    ['appeals', ['decide', 'v', 'perhaps', '--config', config]],
    ['forget', ['--config', config]],
  ])('%s %s is not what it takes: it says what is', async (command, args) => {
    expect(await run(command, args)).toMatchObject({ code: 2, said: expect.stringContaining(`npm run ${command} --`) });
  });
  it.each(['keys list', 'kiosks list', 'appeals list', 'forget --id-number 11010519491231002X'])(
    '%s says when the configuration is not there',
    async (line) => {
      const [command = '', ...args] = line.split(' ');
      const none = await run(command, [...args, '--config', join(folder, 'none.yaml')]);
      expect(none).toMatchObject({ code: 1, said: expect.stringMatching(`^${command}: config-missing: `) });
    },
  );
});

describe('npm run receipt', () => {
  const jwks = join(folder, 'jwks.json');
  const file = join(folder, 'receipt.jws');
  const jws = () => rejected.result!.receipt;
  beforeAll(async () => {
    writeFileSync(jwks, await (await backend.app.request('/.well-known/jwks.json')).text());
    writeFileSync(file, `${jws()}\n`);
  });
  it('says in words what a receipt says, in two languages, from a file or the standard input', async () => {
    const { code, said } = await run('receipt', [file, '--jwks', jwks]);
    expect(code).toBe(0);
    expect(said).toMatch(/^Outcome: REFUSED\nReason: police-face-mismatch\nSale: S-1\nTill: T-1\nStore: store 7\n/);
    expect(said).toContain('police registry does not agree');
    expect(said).toContain('110***********002X');
    const zh = await run('receipt', ['-', '--jwks', jwks, '--lang', 'zh'], jws());
    expect(zh).toMatchObject({ code: 0, said: expect.stringContaining('结果: 未通过') });
  });
  it('says why one does not hold', async () => {
    const [head, body, signature] = jws().split('.');
    const other = Buffer.from(Buffer.from(body!, 'base64url').toString().replace('rejected', 'verified'));
    const forged = `${head}.${other.toString('base64url')}.${signature}`;
    const answers = [
      await run('receipt', ['-', '--jwks', jwks], forged),
      await run('receipt', ['-', '--jwks', jwks], 'nonsense'),
      await run('receipt', [file, '--jwks', join(folder, 'none.json')]),
      await run('receipt', [file, '--jwks', config]),
      await run('receipt', [file, '--jwks', 'http://127.0.0.1:9/jwks.json']),
    ];
    expect(answers.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
    expect(answers.map(({ said }) => said.split(': ')[1])).toEqual([
      'receipt-signature-wrong',
      'receipt-malformed',
      'unreadable',
      'unreadable',
      'unreadable',
    ]);
  });
  it('refuses one by a key that the key set does not have', async () => {
    const text = readFileSync(jwks, 'utf8');
    const strange = join(folder, 'strange.json');
    const keys = (JSON.parse(text) as { keys: { use: string }[] }).keys.filter(({ use }) => use === 'enc');
    writeFileSync(strange, JSON.stringify({ keys }));
    const { code, said } = await run('receipt', [file, '--jwks', strange]);
    expect([code, said]).toEqual([1, expect.stringContaining('receipt-key-unknown')]);
  });
});

describe('npm run keys', () => {
  it('lists, rotates, seals anew and drops, beside a server that goes on', async () => {
    const before = await at('keys', 'list');
    expect(before.said).toMatch(/^receipt {3}\S{43} {2}in use$/m);
    const [, old = ''] = before.said.match(/^at-rest {3}(\S+) {2}in use, seals \d+ rows$/m) ?? [];
    const rotated = await at('keys', 'rotate', 'all', '--in', '0');
    expect(rotated.code).toBe(0);
    const early = await at('keys', 'drop', old);
    expect(early).toMatchObject({ code: 1, said: expect.stringContaining('still seals') });
    expect((await at('keys', 'rewrap')).said).toMatch(/^sealed anew: [1-9]\d* rows about people/);
    expect((await at('keys', 'list')).said).toContain(`at-rest   ${old}  old, seals 0 rows`);
    expect(await at('keys', 'drop', old)).toEqual({ code: 0, said: `${old} is gone\n` });
    const { id } = await json<Verification>(kiosk.ask(ZHANG));
    expect((await tryOnce(kiosk, id)).state).toBe('rejected');
    const later = await at('keys', 'rotate', 'receipt');
    expect(later.said).toMatch(/^receipt: \S{43} is used from 20\S+Z on\n$/);
    expect((await at('keys', 'list')).said).toMatch(/^receipt {3}\S{43} {2}not yet, from 20/m);
  }, 60_000);
});

describe('npm run appeals', () => {
  it('lists, shows and decides', async () => {
    const { id } = rejected;
    expect((await at('appeals', 'list')).said).toBe('No appeal waits for a decision.\n');
    expect((await kiosk.change(id, 'appeal', { by: 'cashier' })).status).toBe(200);
    expect((await at('appeals', 'list')).said).toMatch(new RegExp(`^${id} {2}20\\S+ {2}by the cashier {2}sale S-1`));
    const still = join(folder, 'still.jpg');
    const shown = await at('appeals', 'show', id, '--still', still);
    expect(shown).toMatchObject({ code: 0, said: expect.stringContaining('110***********002X') });
    expect(shown.said).not.toContain(ZHANG);
    expect(readFileSync(still).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect(statSync(still).mode & 0o777).toBe(0o600);
    expect((await at('appeals', 'decide', id, 'upheld')).code).toBe(0);
    expect(await kiosk.find(id)).toMatchObject({ state: 'appealed', appeal: { decision: 'upheld' } });
    expect(await at('appeals', 'decide', id, 'dismissed')).toMatchObject({ code: 1 });
    expect(await at('appeals', 'show', 'none')).toMatchObject({ code: 1 });
  }, 60_000);
});

describe('npm run forget', () => {
  it('reads the number from the standard input, repeats it nowhere, and removes the person', async () => {
    const wrong = await run('forget', ['--file', '-', '--config', config], '110105194912310021\n');
    expect(wrong).toMatchObject({ code: 1, said: expect.stringContaining('check digit') });
    const gone = await run('forget', ['--file', '-', '--config', config], `${ZHANG}\n`);
    expect(gone).toMatchObject({ code: 0, said: expect.stringMatching(/^removed: 1 person, [1-9]\d* verifications/) });
    expect(wrong.said + gone.said).not.toMatch(/11010519491231/);
    expect(await problem(kiosk.ask(ZHANG))).toEqual([404, 'person-unknown']);
    expect(await run('audit', ['verify', '--config', config])).toMatchObject({
      code: 0,
      said: expect.stringContaining('The audit is whole'),
    });
  }, 60_000);
});

describe('npm run kiosks', () => {
  it('lists, gives out codes that are shown once, and revokes', async () => {
    const list = await at('kiosks', 'list');
    expect(list.said).toMatch(new RegExp(`^${kiosk.id} {2}counter 1 {2}store 7 {2}enrolled 20`));
    const code = await at('kiosks', 'code', 'counter 2', '--hours', '1');
    expect(code.said).toMatch(/^([A-Z2-9]{4}-){2}[A-Z2-9]{4}\ngood once, until 20/);
    const kept = readFileSync(join(folder, 'data', 'backend.sqlite-wal')).toString('latin1');
    expect(kept).not.toContain(code.said.split('\n')[0]);
    expect(await at('kiosks', 'revoke', kiosk.id)).toMatchObject({ code: 0 });
    expect(((await kiosk.find('any')) as unknown as { code: string }).code).toBe('kiosk-unknown');
    expect((await at('kiosks', 'list')).said).toContain('REVOKED');
    expect(await at('kiosks', 'revoke', kiosk.id)).toMatchObject({ code: 1 });
  }, 60_000);
});
