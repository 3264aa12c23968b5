import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { backendConfig } from '../authorities/sandbox/index.ts';
import type { Attempt, Verification } from '../contract/index.ts';
import { untilEnded, ZHANG } from '../testing/backend.ts';
import { TestKiosk } from '../testing/kiosk.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kill-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function configure(): string {
  const file = join(folder, 'server.yaml');
  const authorities = backendConfig('http://127.0.0.1:9');
  const enrolment = { codes: ['CODE-0'] };
  const config = { listen: { port: 0 }, data: 'data', mode: 'demo', people: 'people.yaml', enrolment, authorities };
  writeFileSync(file, stringify(config));
  writeFileSync(join(folder, 'people.yaml'), `- idNumber: ${ZHANG}\n  name: 张小敏\n`);
  return file;
}

/** Starts the server, as an operator does. @returns its url, and how to end it as a power cut would. */
async function start(file: string): Promise<{ readonly url: string; kill(): Promise<unknown> }> {
  const main = join(import.meta.dirname, '..', 'main.ts');
  const child = spawn(process.execPath, [main, '--config', file], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  const ended = new Promise((resolve) => child.once('close', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.includes('"ready":true')) resolve((JSON.parse(line) as { url: string }).url);
    });
    child.once('close', () => reject(new Error('the server ended')));
  });
  const kill = () => {
    child.kill('SIGKILL');
    return ended;
  };
  return { url, kill };
}

/** As somebody else on the database: makes that no ending can be written, or that it can again. */
function hold(how: 'hold' | 'let go'): void {
  const db = new Database(join(folder, 'data', 'backend.sqlite'), { timeout: 5000 });
  db.exec(
    how === 'let go'
      ? 'drop trigger held'
      : `create trigger held before update of state on verifications when new.state = 'rejected'
         begin select raise(abort, 'held'); end`,
  );
  db.close();
}

describe('a server that is killed in the middle of a decision', () => {
  it('decides it after its next start, once, by the evidence that it had', async () => {
    const file = configure();
    const first = await start(file);
    const kiosk = new TestKiosk(fetch, Date.now, first.url);
    expect((await kiosk.enrol('CODE-0')).status).toBe(201);
    const { id } = (await (await kiosk.ask(ZHANG)).json()) as Verification;
    const attempt = (await (await kiosk.attempt(id)).json()) as Attempt;
    hold('hold');
    const evidence = await kiosk.evidenceFor(attempt, { transcript: [] });
    expect((await kiosk.hand(attempt, await kiosk.seal(evidence))).status).toBe(202);
    await first.kill();
    hold('let go');

    const second = await start(file);
    const again = Object.assign(new TestKiosk(fetch, Date.now, second.url), { id: kiosk.id, keys: kiosk.keys });
    expect((await again.find(id)).state).toBe('matching');
    const ended = await untilEnded(again, id, 15_000);
    // The real judge: a transcript of nothing shows nobody.
    expect(ended).toMatchObject({ state: 'rejected', round: 1 });
    expect(ended.result?.reason).toMatch(/^liveness-/);
    await second.kill();
    const db = new Database(join(folder, 'data', 'backend.sqlite'), { readonly: true });
    const lines = db.prepare('select what from audit where verification = ? order by n').all(id) as { what: string }[];
    db.close();
    expect(lines.map(({ what }) => what)).toEqual([
      'verification-created',
      'attempt-opened',
      'evidence-received',
      'decision-resumed',
      'verification-rejected',
    ]);
  }, 40_000);
});
