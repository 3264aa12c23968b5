import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { createSandboxApp, type SandboxDeps } from './app.ts';
import type { AuthorityName, Mode } from './faults.ts';
import { createFaults } from './faults.ts';

export type SandboxOptions = Omit<SandboxDeps, 'faults' | 'stopping'> & {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Authorities that are down from the start. */
  readonly down: readonly AuthorityName[];
};

export type Sandbox = {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string;
  setMode(authority: AuthorityName, mode: Mode): void;
  /** Cuts what is still open. */
  close(): Promise<void>;
};

/** Starts listening. @throws the system's error when the address is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const faults = createFaults(options.down);
  const stop = new AbortController();
  const app = createSandboxApp({ ...options, faults, stopping: stop.signal });
  const server = createAdaptorServer({ fetch: app.fetch }) as import('node:http').Server;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    setMode: faults.set,
    close: async () => {
      stop.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
