import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureModels } from '../../../models/build.ts';

const folder = mkdtempSync(join(tmpdir(), 'sandbox-main-'));
beforeAll(() => ensureModels(), 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

function start(yaml: string) {
  const config = join(folder, 'sandbox.yaml');
  writeFileSync(config, yaml);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--config', config]);
  const complaint: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaint.push(chunk));
  const exit = once(child, 'exit').then(([code]) => ({ code, complaint: Buffer.concat(complaint).toString() }));
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), exit };
}

describe('the sandbox as a process', () => {
  it('tells with --help how to use it, and who is in it', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--help']);
    const said: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
    expect(await once(child, 'close')).toEqual([0, null]);
    const help = Buffer.concat(said).toString();
    for (const words of ['npm run sandbox', 'POST /control', 'duplicate-keys', 'zhao-lei', 'family of four'])
      expect(help).toContain(words);
  });

  it('takes other people from a file beside its configuration, and tells of a relative who is not there', async () => {
    const all = readFileSync(join(import.meta.dirname, 'people.yaml'), 'utf8');
    writeFileSync(join(folder, 'mine.yaml'), all.replace('key: li-na, relation', 'key: gone, relation'));
    const { code, complaint } = await start('people: mine.yaml\n').exit;
    expect(code).toBe(1);
    expect(complaint).toMatch(/mine\.yaml:\d+: 0\.family\.0\.key: nobody in this list has this key/);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('says ready with its address, and ends cleanly on %s', async (signal) => {
    const { child, lines, exit } = start('down: [bank]\n');
    const ready = JSON.parse(String((await lines.next()).value));
    expect(ready).toMatchObject({ msg: 'ready', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect(await (await fetch(`${ready.url}/control`)).json()).toMatchObject({ bank: 'down', police: 'up' });
    child.kill(signal);
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ msg: 'stopped' });
    expect(await exit).toEqual({ code: 0, complaint: '' });
  });

  it('says what is wrong with its configuration, and where, and ends with 1', async () => {
    const { code, complaint } = await start('down: [bnak]\n').exit;
    expect(code).toBe(1);
    expect(complaint).toMatch(/sandbox\.yaml:1: .*did you mean "bank"/);
  });

  it('without models names what is missing and ends with 1', async () => {
    const { code, complaint } = await start(`models: ${join(folder, 'nowhere')}\n`).exit;
    expect(code).toBe(1);
    expect(complaint).toMatch(/model-missing/);
  });
});
