import type { Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { serve } from '@hono/node-server';
import { KioskError } from '../error.ts';

export type Listening = {
  /** With the real port, e.g. http://127.0.0.1:8080 */
  readonly url: string;
  /** Shows another certificate from the next connection on; only with TLS. */
  renew(tls: Tls): void;
  /** Ends open streams too. */
  close(): Promise<void>;
};

/** Connections at a time: a counter has a screen and some tills; every stream is one. */
const CONNECTIONS = 128;

/** Open streams get this long to end by themselves, milliseconds. */
const LINGER_MS = 200;

/** PEM, both. */
export type Tls = { readonly key: string; readonly cert: string };

type Fetch = (request: Request, bindings: never) => Response | Promise<Response>;

type Address = { readonly host: string; readonly port: number };
const LIMITS = { requestTimeout: 15_000, headersTimeout: 10_000 };

/** Opens one listener. @throws KioskError `port-in-use`, naming the setting. */
export function listen(setting: string, fetch: Fetch, address: Address, tls?: Tls): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const options = { fetch: fetch as never, hostname: address.host, port: address.port };
    // Tills of cash registers live long: 1.2 is what the older ones speak.
    const secure = tls && {
      createServer: createTlsServer,
      serverOptions: { ...LIMITS, ...tls, minVersion: 'TLSv1.2' },
    };
    const server = serve({ ...options, ...(secure ?? { serverOptions: LIMITS }) } as never, (info) => {
      const host = address.host.includes(':') ? `[${address.host}]` : address.host;
      resolve({
        url: `${tls ? 'https' : 'http'}://${host}:${info.port}`,
        renew: (next) => (server as TlsServer).setSecureContext?.({ ...next, minVersion: 'TLSv1.2' }),
        close: () => close(server as Server),
      });
    });
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
