import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Spawn } from '../define.ts';

export type FakeProcess = {
  readonly args: readonly string[];
  readonly signals: NodeJS.Signals[];
  print(data: Uint8Array): void;
  complain(text: string): void;
  exit(code: number): void;
  readonly running: boolean;
};

/** A `spawn` whose processes do what the test makes them do. `stubborn` ones do not heed SIGTERM. */
export function createFakeSpawn(stubborn = false): { readonly spawn: Spawn; readonly started: FakeProcess[] } {
  const started: FakeProcess[] = [];
  const spawn: Spawn = (_program, args) => {
    const [stdout, stderr, reports] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const child = Object.assign(new EventEmitter(), {
      ...{ pid: 1, stdout, stderr, stdio: [null, stdout, stderr, reports] },
      ...{ exitCode: null as number | null, signalCode: null as NodeJS.Signals | null },
      kill(signal: NodeJS.Signals) {
        process.signals.push(signal);
        if (!stubborn || signal === 'SIGKILL') end(null, signal);
        return true;
      },
    });
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      Object.assign(child, { exitCode: code, signalCode: signal });
      for (const stream of [stdout, stderr, reports]) stream.end();
      setImmediate(() => child.emit('close', code, signal));
    };
    const process: FakeProcess = {
      args,
      signals: [],
      print: (data) => void stdout.write(data),
      complain: (text) => void stderr.write(text),
      exit: (code) => end(code, null),
      get running() {
        return child.exitCode === null && child.signalCode === null;
      },
    };
    started.push(process);
    return child as unknown as ChildProcess;
  };
  return { spawn, started };
}
