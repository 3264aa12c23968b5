import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this machine can make a pair of pseudo-terminals. */
export const hasSocat = (() => {
  try {
    execFileSync('socat', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Two serial ports with a wire between them. */
export async function openWire() {
  const folder = mkdtempSync(join(tmpdir(), 'wire-'));
  const [till, kiosk] = [join(folder, 'till'), join(folder, 'kiosk')];
  const socat: ChildProcess = spawn(
    'socat',
    [till, kiosk].map((path) => `pty,raw,echo=0,link=${path}`),
    { stdio: 'ignore' },
  );
  while (!existsSync(till) || !existsSync(kiosk)) await new Promise((resolve) => setTimeout(resolve, 10));
  const close = async () => {
    const gone = new Promise((resolve) => socat.once('exit', resolve));
    if (socat.exitCode === null && socat.signalCode === null && socat.kill()) await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  return { till, kiosk, close };
}
