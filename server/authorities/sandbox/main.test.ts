import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readYamlConfig } from '../../../config/yaml.ts';
import { ensureModels } from '../../../models/build.ts';
import { peopleSchema } from '../../people/import.ts';
import { sandboxPeople } from './people.ts';

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

  it('gives with --register its people in the form of the backend, cards and phones with them', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--register']);
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    expect(code).toBe(0);
    writeFileSync(join(folder, 'register.yaml'), said);
    const people = readYamlConfig(join(folder, 'register.yaml'), peopleSchema);
    expect(people).toHaveLength(sandboxPeople().length);
    expect(people).toContainEqual(expect.objectContaining({ name: '张敏', bankCard: '6220000000000001014' }));
  });

  it('takes other people from a file beside its configuration, and tells of a relative who is not there', async () => {
    const all = readFileSync(join(import.meta.dirname, 'people.yaml'), 'utf8');
    writeFileSync(join(folder, 'mine.yaml'), all.replace('key: li-na, relation', 'key: gone, relation'));
    const { code, complaint } = await start('people: mine.yaml\n').exit;
    expect(code).toBe(1);
    expect(complaint).toMatch(/mine\.yaml:\d+: 0\.family\.0\.key: nobody in this list has this key/);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('says ready with its address, and ends cleanly on %s', async (signal) => {
    const { child, lines, exit } = start('listen: { port: 0 }\ndown: [bank]\n');
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
