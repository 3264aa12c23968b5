import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What becomes of one connection. Bytes are counted from its beginning. */
export type Mishap =
  | { readonly kind: 'none' | 'refuse' }
  /** Everything that comes back is late, milliseconds. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Cut when so many bytes have gone to the kiosk, or have come back. */
  | { readonly kind: 'cut'; readonly way: 'there' | 'back'; readonly at: number }
  /** What comes back after so many bytes is swallowed, and the connection stays open. */
  | { readonly kind: 'swallow'; readonly at: number }
  /** Everything that goes there arrives once more, on a connection of its own. */
  | { readonly kind: 'twice' };

export type Line = {
  readonly port: number;
  /** Cuts every connection now. */
  cut(): void;
  close(): Promise<void>;
};

/** A line that does its worst. @param next asked at each connection. */
export function openProxy(target: number, next: () => Mishap, port = 0): Promise<Line> {
  const open = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    open.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    return socket.once('close', () => open.delete(socket));
  };
  const server = createServer((outside) => {
    keep(outside);
    const mishap = next();
    if (mishap.kind === 'refuse') return void outside.destroy();
    const inside = keep(connect(target, '127.0.0.1'));
    outside.once('close', () => inside.destroy());
    inside.once('close', () => outside.destroySoon());
    const again = mishap.kind === 'twice' ? keep(connect(target, '127.0.0.1')).resume() : undefined;
    if (again) outside.once('close', () => setTimeout(() => again.destroy(), 1000).unref());
    const there = counted(mishap.kind === 'cut' && mishap.way === 'there' ? mishap.at : undefined);
    outside.on('data', (bytes: Buffer) => {
      again?.write(bytes);
      const { part, over } = there(bytes);
      inside.write(part);
      if (over) outside.destroy();
    });
    const back = counted(
      mishap.kind === 'swallow' || (mishap.kind === 'cut' && mishap.way === 'back') ? mishap.at : undefined,
    );
    inside.on('data', (bytes: Buffer) => {
      const { part, over } = back(bytes);
      const give = () => void (outside.writable && outside.write(part));
      if (mishap.kind === 'late') setTimeout(give, mishap.ms);
      else give();
      if (over && mishap.kind === 'cut') outside.destroySoon();
    });
  });
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        cut,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            cut();
          }),
      }),
    );
  });
}

/** How much of each piece still goes through. @param most bytes; nothing for all. */
function counted(most: number | undefined) {
  let gone = 0;
  return (bytes: Buffer): { readonly part: Buffer; readonly over: boolean } => {
    if (most === undefined) return { part: bytes, over: false };
    const part = bytes.subarray(0, Math.max(0, most - gone));
    gone += bytes.length;
    return { part, over: gone >= most };
  };
}
