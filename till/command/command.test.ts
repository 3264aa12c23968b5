import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSimulator, type TestSimulator } from '../../kiosk/simulator/testing.ts';
import { readArguments } from './arguments.ts';
import { type RunDeps, runCommand } from './run.ts';
import { openState } from './state.ts';

const NUMBER = '11010519491231002X';

describe('a till on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'till-command-'));
  const jwks = join(folder, 'jwks.json');
  let simulator: TestSimulator;
  beforeAll(async () => {
    simulator = await startTestSimulator({ tls: true });
    writeFileSync(jwks, JSON.stringify(simulator.jwks));
  });
  afterAll(async () => {
    await simulator.remove();
    rmSync(folder, { recursive: true });
  });

  async function run(...words: readonly string[]) {
    const options = readArguments(words);
    if (typeof options !== 'object') throw new Error(options ?? 'help');
    const said: string[] = [];
    const deps: RunDeps = {
      state: openState(join(folder, 'state')),
      say: (text) => void (text && said.push(text)),
      complain: (text) => void said.push(text),
      ask: async (question) => (question.startsWith('Six') ? simulator.code() : NUMBER),
      signal: new AbortController().signal,
    };
    return { exit: await runCommand(options, deps), text: said.join('\n') };
  }

  it('has to be paired first, and keeps its key where nobody else reads it', async () => {
    expect((await run('status', 'S')).exit).toBe(1);
    expect(await run('pair', '--url', simulator.url)).toMatchObject({ exit: 0 });
    expect(statSync(join(folder, 'state', 'till.json')).mode & 0o777).toBe(0o600);
  });
  it.each([
    ['S-1', 0],
    ['SIM-POLICE-FACE-MISMATCH', 3],
    ['SIM-EXPIRED', 4],
    ['SIM-CONSENT-REFUSED', 5],
    ['SIM-BANK-UNAVAILABLE', 6],
    ['SIM-PERSON-UNKNOWN', 9],
    ['SIM-RECEIPT-FORGED', 10],
    ['SIM-CUT-AFTER', 0],
  ])('ends %s with exit code %i', async (sale, exit) => {
    const verified = await run('verify', sale, '--id-number', '-', '--jwks', jwks, '--simulator');
    expect(verified.exit, verified.text).toBe(exit);
    expect(verified.text).not.toContain(NUMBER);
  });
  it('knows what became of a sale, and what never was', async () => {
    expect((await run('recover', 'S-1')).exit).toBe(0);
    expect((await run('status', 'SIM-EXPIRED')).exit).toBe(4);
    expect((await run('status', 'NEVER')).exit).toBe(8);
    expect((await run('watch', 'NEVER')).exit).toBe(8);
    expect((await run('watch', 'S-1')).exit).toBe(0);
  });
  it('retries, appeals, and tells who may stand there', async () => {
    expect((await run('verify', 'SIM-RETRY', '--id-number', NUMBER)).exit).toBe(3);
    expect((await run('retry', 'SIM-RETRY')).exit).toBe(0);
    const appealed = await run('appeal', 'SIM-POLICE-FACE-MISMATCH');
    expect([appealed.exit, appealed.text]).toEqual([3, expect.stringContaining('contested by the cashier: open')]);
    expect((await run('people', '--id-number', NUMBER)).text).toContain('simulated-spouse');
  });
  it('believes no receipt of the simulator unless it is told to', async () => {
    const { exit, text } = await run('status', 'S-1', '--jwks', jwks);
    expect([exit, text]).toEqual([10, expect.stringContaining('the sale must not go on')]);
    expect(text).not.toContain('VERIFIED');
  });
  it('keeps the first key of a sale, whoever comes later', async () => {
    const { store } = openState(join(folder, 'other'));
    expect([await store.add('S', 'a'), await store.add('S', 'b'), await store.get('S')]).toEqual(['a', 'a', 'a']);
    await store.replace('S', 'c');
    expect(await store.get('S')).toBe('c');
  });
});

describe('its words', () => {
  it.each([
    [['fly'], 'there is no command fly'],
    [['verify'], 'verify needs a sale reference'],
    [['verify', 'S'], 'verify needs --id-number'],
    [['pair'], 'pair needs --url'],
    [['status', 'S', 'T'], 'one word too many after status'],
    [['status', 'S', '--limit', '0'], '--limit 0: seconds, 1 to 3600'],
    [['verify', 'S', '--id-number', '1', '--amount', '1.5'], '--amount 1.5: whole fen'],
    [['verify', 'S', '--id-number', '1', '--by-hand', '王'], '--by-hand NAME,ID-NUMBER,RELATION'],
  ])('%j are wrong, and it says why', (words, why) => {
    expect(readArguments(words)).toBe(why);
  });
});
