/** The only importer of serialport: a serial line as lines of text. */

export type PortOptions = {
  /** e.g. /dev/ttyUSB0, COM3 */
  readonly path: string;
  readonly baud: number;
  /** Longest line that is read, bytes. */
  readonly most: number;
};

/** What came between two line feeds. What is no line is told, not thrown: noise on a wire is expected. */
export type Line = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'too-long' | 'not-text' };

export type Port = {
  /** Lines as they come; the end of it is the end of the port: closed, or pulled out. */
  readonly lines: AsyncIterable<Line>;
  /** Resolves when the driver has taken it; false when the port is gone. `text` must hold no line feed. */
  write(text: string): Promise<boolean>;
  close(): Promise<void>;
};

export type Opened =
  | { readonly ok: true; readonly port: Port }
  /** `reason`: for a technician, e.g. `No such file or directory, cannot open /dev/ttyUSB0`. */
  | { readonly ok: false; readonly reason: string };

const LINE_FEED = 0x0a;

/** Cuts bytes into lines, however they come; a carriage return before the line feed is dropped. */
export function createLineReader(most: number) {
  let held: Uint8Array[] = [];
  let size = 0;

  const end = (): Line => {
    const bytes = Buffer.concat(held, Math.min(size, most + 2));
    const over = size > most + 1;
    [held, size] = [[], 0];
    const line = bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes;
    if (over || line.length > most) return { kind: 'too-long' };
    try {
      return { kind: 'line', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line) };
    } catch {
      return { kind: 'not-text' };
    }
  };
  const hold = (bytes: Uint8Array) => {
    // One byte more than a carriage return shows that it is too long; the rest is only counted.
    const room = Math.max(0, most + 2 - size);
    if (room > 0 && bytes.length > 0) held.push(bytes.slice(0, room));
    size += bytes.length;
  };
  return {
    push(chunk: Uint8Array): readonly Line[] {
      const lines: Line[] = [];
      let from = 0;
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
        hold(chunk.subarray(from, at));
        lines.push(end());
        from = at + 1;
      }
      hold(chunk.subarray(from));
      return lines;
    },
  };
}

/** Opens a port, 8 data bits, no parity, 1 stop bit. */
export async function openPort({ path, baud, most }: PortOptions): Promise<Opened> {
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path, baudRate: baud, autoOpen: false });
  const error = await new Promise<Error | null>((resolve) => port.open(resolve));
  if (error) return { ok: false, reason: error.message };
  // Told by the end of the lines.
  port.on('error', () => undefined);
  return {
    ok: true,
    port: { lines: readLines(port, most), write: (text) => write(port, text), close: () => close(port) },
  };
}

type Serial = InstanceType<typeof import('serialport').SerialPort>;

async function* readLines(port: Serial, most: number): AsyncGenerator<Line, void> {
  const reader = createLineReader(most);
  try {
    for await (const chunk of port) yield* reader.push(chunk as Uint8Array);
  } catch {
    // Pulled out, or closed while it was read.
  }
}

function write(port: Serial, text: string): Promise<boolean> {
  if (!port.isOpen) return Promise.resolve(false);
  return new Promise((resolve) => {
    port.write(`${text}\n`, 'utf8', (error) => resolve(!error));
  });
}

function close(port: Serial): Promise<void> {
  return new Promise((resolve) => {
    if (!port.isOpen) return resolve();
    port.close(() => {
      port.destroy();
      resolve();
    });
  });
}
