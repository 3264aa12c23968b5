import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Simulator, type SimulatorOptions, startSimulator } from './stack.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export type TestSimulator = Simulator & {
  readonly port: number;
  /** The newest code on its terminal. */
  code(): string | undefined;
  /** Stops it and takes its folder away. */
  remove(): Promise<void>;
};

/** A simulator on a free port that is in a hurry. */
export async function startTestSimulator(change: Partial<SimulatorOptions> = {}): Promise<TestSimulator> {
  const data = change.data ?? mkdtempSync(join(tmpdir(), 'simulator-'));
  let code: string | undefined;
  const nothing = () => undefined;
  const simulator = await startSimulator(ROOT, {
    host: '127.0.0.1',
    port: 0,
    tls: false,
    data,
    pace: 0.02,
    lifetimeMs: 3000,
    log: { info: nothing, warn: nothing, error: nothing },
    onCode: (shown) => {
      code = shown;
    },
    ...change,
  });
  return {
    ...simulator,
    port: Number(new URL(simulator.url).port),
    code: () => code,
    async remove() {
      await simulator.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
