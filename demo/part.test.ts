import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { claimFolder } from './claim.ts';
import { startPart } from './part.ts';
import { whyPortsUnusable } from './ports.ts';
import { whyUnusable } from './source.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'demo-part-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return relative(root, join(folder, name));
}
const log = join(folder, 'part.log');
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const STAYS = `
  import { onLeave } from ${JSON.stringify(join(root, 'demo/leave.ts'))};
  onLeave(() => process.exit(0));
  setInterval(() => undefined, 1000);
  console.log(JSON.stringify({ msg: 'ready', pid: process.pid }));`;

describe('a part of the stack', () => {
  it('that ends before it is ready is named, with its last words', async () => {
    const failing = script('failing.ts', `console.error('no luck today'); process.exitCode = 3;`);
    await expect(startPart({ name: 'backend', script: failing, args: [], log })).rejects.toThrow(
      'backend did not start: exit code 3\nno luck today',
    );
  });
  it('that is not ready yet ends at once when its start is given up', async () => {
    const silent = script('silent.ts', 'setInterval(() => undefined, 1000);');
    const signal = AbortSignal.timeout(300);
    const before = performance.now();
    await expect(startPart({ name: 'kiosk', script: silent, args: [], log, signal })).rejects.toThrow(/stopped/);
    expect(performance.now() - before).toBeLessThan(5000);
  });
  it('that ends by itself later is reported', async () => {
    const short = script('short.ts', `console.log('{"msg":"ready"}'); setTimeout(() => process.exit(7), 100);`);
    const part = await startPart({ name: 'sandbox', script: short, args: [], log });
    expect(await part.died).toMatch(/^sandbox ended by itself \(exit code 7\)/);
  });
  it('ends when the program that started it is killed', async () => {
    const child = script('child.ts', STAYS);
    const spec = JSON.stringify({ name: 'child', script: child, args: [], log });
    const parent = script(
      'parent.ts',
      `import { startPart } from ${JSON.stringify(join(root, 'demo/part.ts'))};
       const part = await startPart(${spec});
       console.log(part.ready.pid);
       setInterval(() => undefined, 1000);`,
    );
    const launcher = spawn(process.execPath, [join(root, parent)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [first] = (await once(launcher.stdout, 'data')) as [Buffer];
    const pid = Number(first.toString());
    expect(isAlive(pid)).toBe(true);
    launcher.kill('SIGKILL');
    for (let i = 0; i < 100 && isAlive(pid); i++) await sleep(100);
    expect(isAlive(pid)).toBe(false);
  });
  it('has its lines kept', async () => {
    const part = await startPart({ name: 'stays', script: script('stays.ts', STAYS), args: [], log });
    await part.stop();
    expect(readFileSync(log, 'utf8')).toContain('"msg":"ready"');
  });
});

describe('before anything is started', () => {
  it('a port in use is named with its option, and two equal ones too', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const why = await whyPortsUnusable({ 'till-port': port });
    expect(why).toContain(`port ${port} is in use`);
    expect(why).toContain('--till-port');
    server.close();
    await once(server, 'close');
    expect(await whyPortsUnusable({ 'till-port': port, 'screen-port': 0, 'backend-port': 0 })).toBeUndefined();
    expect(await whyPortsUnusable({ a: 4, b: 4 })).toMatch(/--a and --b/);
  });
  it('a data folder in use is refused until it is given back', () => {
    const data = join(folder, 'data');
    const claim = claimFolder(data);
    expect(() => claimFolder(data)).toThrow(/is in use by a running program/);
    claim.release();
    claimFolder(data).release();
  });
  it('a data folder that cannot be made is refused', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => claimFolder(join(folder, 'file'))).toThrow(/cannot be used as a data folder/);
  });
  it.each([
    [{ driver: 'file', path: '/nowhere/film.mp4', pace: 'real', loop: true }, /there is no film/],
    [{ driver: 'file', path: tmpdir(), pace: 'real', loop: true }, /is no film/],
    [{ driver: 'file', path: import.meta.filename, pace: 'real', loop: true }, /apt-get install ffmpeg/],
    [{ driver: 'v4l2', device: '/dev/video97' }, /no camera at \/dev\/video97/],
  ] as const)('the source %j without what it needs is refused with the remedy', (camera, why) => {
    expect(whyUnusable(camera, '')).toMatch(why);
  });
  it('the simulated person needs nothing', () => {
    expect(whyUnusable({ driver: 'simulated', portrait: 'li-na', mode: 'person' }, '')).toBeUndefined();
  });
});
