import { type ChildProcess, spawn } from 'node:child_process';
import type { Spawn } from '../define.ts';

/** Node's own `spawn` that remembers whom it started. */
export function trackChildren(): { readonly spawn: Spawn; readonly started: ChildProcess[]; running(): number } {
  const started: ChildProcess[] = [];
  return {
    started,
    spawn: (program, args, options) => {
      const child = spawn(program, args, options);
      started.push(child);
      return child;
    },
    running: () => started.filter((c) => c.pid !== undefined && c.exitCode === null && c.signalCode === null).length,
  };
}
