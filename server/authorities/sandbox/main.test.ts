import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
