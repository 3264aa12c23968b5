import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import type { InstanceOptions, InstanceSays } from './instance.ts';

/** A backend process that was started for a measurement. */
export type Instance = {
  readonly url: string;
  /** Resident memory, and processor time so far. */
  used(): Promise<{ readonly heldMb: number; readonly cpuMs: number }>;
  /** SIGKILL. */
  kill(): Promise<void>;
};

export async function startInstance(options: InstanceOptions): Promise<Instance> {
  // A start is mostly compiling, and a storm mostly starts.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(options.data, 'compiled') };
  const child = fork(join(import.meta.dirname, 'instance.ts'), [JSON.stringify(options)], { env });
  const { port } = (await hear(child)) as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    used: async () => {
      child.send('used');
      return (await hear(child)) as { heldMb: number; cpuMs: number };
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function hear(child: ChildProcess): Promise<InstanceSays> {
  const said = once(child, 'message').then(([message]) => message as InstanceSays);
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`a backend process ended (${code}) before it was ready`);
  });
  gone.catch(() => undefined);
  return Promise.race([said, gone]);
}
