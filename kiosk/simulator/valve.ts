import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export type Valve = {
  readonly port: number;
  /** Cuts every connection now, and each new one for so many milliseconds. */
  cut(ms: number): void;
  close(): Promise<void>;
};

/** The line between tills and the simulated kiosk: bytes go through unchanged, until it is cut. */
export function openValve(host: string, port: number, inner: number): Promise<Valve> {
  const open = new Set<Socket>();
  let closedUntil = 0;
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => open.delete(socket));
  };
  const server = createServer((outside) => {
    if (performance.now() < closedUntil) return void outside.destroy();
    const inside = connect(inner, '127.0.0.1');
    for (const socket of [outside, inside]) keep(socket);
    outside.once('close', () => inside.destroy());
    inside.once('close', () => outside.destroySoon());
    outside.pipe(inside).pipe(outside);
  });
  const drop = () => {
    for (const socket of open) socket.destroy();
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        cut(ms) {
          closedUntil = performance.now() + ms;
          drop();
        },
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            drop();
          }),
      }),
    );
  });
}
