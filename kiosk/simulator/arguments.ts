import { parseArgs } from 'node:util';
import { describeTable } from './page.ts';

export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }
  | {
      readonly kind: 'run';
      readonly host: string;
      readonly port: number;
      readonly tls: boolean;
      readonly data: string;
      readonly pace: number;
      readonly lifetimeMs: number;
      readonly serial?: string;
    };

export const help =
  (): string => `usage: npm run simulator [-- --port N --host ADDRESS --http --fast N --lifetime S --data DIR --serial PATH]

A kiosk without camera, models and backend, for till developers: the kiosk's own interface, pairing and memory; what
becomes of a verification is told by its sale reference. Receipts are signed by a key that no shop believes.

--port N        where it listens (8443)
--host ADDRESS  0.0.0.0 for the LAN: found by mDNS as _liveness-kiosk._tcp (127.0.0.1)
--http          without TLS, for a first try; a real kiosk on a LAN always has it
--fast N        everything N times as fast (1)
--lifetime S    seconds until a verification expires (120; with SIM-EXPIRED it is worth a shorter one)
--data DIR      what survives a restart (.data/simulator)
--serial PATH   answers JSON lines on this serial port, too

Sale references (in capitals or not; add a point and anything to make one new: SIM-EXPIRED.17):
${describeTable()}`;

/** Reads the words after the command. */
export function parseArguments(words: readonly string[]): Request {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...words],
      options: {
        host: { ...text, default: '127.0.0.1' },
        port: { ...text, default: '8443' },
        http: { type: 'boolean', default: false },
        data: { ...text, default: '.data/simulator' },
        fast: { ...text, default: '1' },
        lifetime: { ...text, default: '120' },
        serial: text,
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const { host, http, data, serial } = values;
    const [port, fast, lifetime] = [values.port, values.fast, values.lifetime].map(Number) as [number, number, number];
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return wrong(`--port ${values.port}: 0 to 65535`);
    if (!(fast >= 0.1 && fast <= 1000)) return wrong(`--fast ${values.fast}: 0.1 to 1000`);
    if (!(lifetime >= 1 && lifetime <= 600)) return wrong(`--lifetime ${values.lifetime}: 1 to 600 seconds`);
    const lifetimeMs = lifetime * 1000;
    return { kind: 'run', host, port, tls: !http, data, pace: 1 / fast, lifetimeMs, ...(serial && { serial }) };
  } catch (error) {
    return wrong(`${(error as Error).message.split('\n')[0]} (--help says more)`);
  }
}

const wrong = (message: string): Request => ({ kind: 'wrong', message });
