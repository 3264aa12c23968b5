import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { KioskError } from './error.ts';

export type Listening = {
  /** With the real port, e.g. http://127.0.0.1:8080 */
  readonly url: string;
  /** Ends open streams too. */
  close(): Promise<void>;
};

/** Connections at a time: a counter has a screen and some tills; every stream is one. */
const CONNECTIONS = 128;

/** Open streams get this long to end by themselves, milliseconds. */
const LINGER_MS = 200;

type Fetch = (request: Request, bindings: never) => Response | Promise<Response>;

/** Opens one listener. @throws KioskError `port-in-use`, naming the setting. */
export function listen(setting: string, fetch: Fetch, address: { host: string; port: number }): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: fetch as never,
        hostname: address.host,
        port: address.port,
        serverOptions: { requestTimeout: 15_000, headersTimeout: 10_000 },
      },
      (info) => {
        const host = address.host.includes(':') ? `[${address.host}]` : address.host;
        resolve({ url: `http://${host}:${info.port}`, close: () => close(server as Server) });
      },
    );
    (server as Server).maxConnections = CONNECTIONS;
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is in use: choose another, or stop what uses it' : `(${cause.code})`;
      reject(new KioskError('port-in-use', `${setting} ${address.host}:${address.port} ${why}`, { cause }));
    });
  });
}

/** What was written last still goes out: a till reads its outcome before the connection ends. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), LINGER_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
