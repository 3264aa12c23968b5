import type { EventEmitter } from 'node:events';
import { hostname } from 'node:os';
import { Bonjour } from 'bonjour-service';

/** What tills look for: `_liveness-kiosk._tcp.local`. */
export const SERVICE = 'liveness-kiosk';

export type Announcement = {
  readonly kiosk: string;
  readonly store: string;
  readonly port: number;
  /** Empty without TLS. */
  readonly fingerprint: string;
  /** What went wrong, by its code: a kiosk that cannot be found is still one. */
  readonly warn: (code: string) => void;
};

/** How long the farewell may take, milliseconds. */
const FAREWELL_MS = 500;

/**
 * Lets tills on the LAN find this kiosk by mDNS (RFC 6762, 6763). What is announced proves nothing: a till believes
 * the fingerprint that it sees while it is paired.
 */
export function announce({ kiosk, store, port, fingerprint, warn }: Announcement): { close(): Promise<void> } {
  const bonjour = new Bonjour({}, (error: unknown) => warn(codeOf(error)));
  // Without a listener an error of the socket would end the process.
  const { mdns } = (bonjour as unknown as { readonly server: { readonly mdns: EventEmitter } }).server;
  mdns.on('error', (error: unknown) => warn(codeOf(error)));
  const txt = { version: 'v1', kiosk, store, tls: fingerprint === '' ? '0' : '1', fingerprint };
  // Two counters may have one name; probing for it would only write to the console.
  const name = fingerprint === '' ? kiosk : `${kiosk} ${fingerprint.slice(0, 6)}`;
  const host = `${hostname().replace(/\.local$/, '')}.local`;
  try {
    bonjour.publish({ name, type: SERVICE, protocol: 'tcp', port, host, txt, probe: false });
  } catch (error) {
    warn(codeOf(error));
  }
  return {
    close: () =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          bonjour.destroy();
          resolve();
        };
        const timer = setTimeout(end, FAREWELL_MS);
        bonjour.unpublishAll(end);
      }),
  };
}

const codeOf = (error: unknown): string =>
  String((error as NodeJS.ErrnoException | undefined)?.code ?? (error instanceof Error ? error.name : 'unknown'));
