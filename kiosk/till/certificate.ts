import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { KioskError } from '../error.ts';

/** What the listener for tills shows. */
export type Certificate = {
  /** PEM, PKCS #8. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
  /** The pin: base64url SHA-256 of the public key (SPKI), which stays when the certificate is renewed. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
};

const keptSchema = z.object({ key: z.string(), cert: z.string() });

const DAY_MS = 86_400_000;
/** Browsers take no longer one than 398 days, where somebody trusts it by hand. */
const LIFE_MS = 397 * DAY_MS;
/** Renewed when less is left. */
const RENEW_MS = 60 * DAY_MS;
/** A kiosk whose clock is behind made it; a till whose clock is behind takes it. */
const BACKDATED_MS = DAY_MS;

/**
 * The kiosk's certificate: made at the first start and renewed before its end, with the same EC key (P-256), so that
 * no till has to be paired anew. Kept in `till-tls.json`, readable by its owner only.
 * @throws KioskError `certificate-unreadable`.
 */
export async function loadCertificate(folder: string, now: number): Promise<Certificate> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'till-tls.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  });
  if (text !== undefined) {
    const kept = read(path, text);
    if (kept.endsAt - now > RENEW_MS) return kept;
    return keep(path, kept.key, now);
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return keep(path, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, now);
}

/** The pin of a certificate, PEM or DER: what a till compares. */
export function pinOf(certificate: string | Uint8Array): string {
  const spki = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('base64url');
}

async function keep(path: string, key: string, now: number): Promise<Certificate> {
  const cert = await sign(key, now);
  // A half-written key would have every till paired anew.
  await writeFile(`${path}.new`, JSON.stringify({ key, cert }), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
  return toCertificate(key, cert);
}

async function sign(key: string, now: number): Promise<string> {
  // Loaded when one is made, once a year: it brings a library of its own.
  const { generate } = await import('selfsigned');
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string;
  const made = await generate([{ name: 'commonName', value: 'liveness-kiosk' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    keyPair: { privateKey: key, publicKey },
    notBeforeDate: new Date(now - BACKDATED_MS),
    notAfterDate: new Date(now + LIFE_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: ownNames() },
    ],
  });
  return made.cert;
}

/** Names and addresses of this machine as it is now; tills go by the pin. */
function ownNames() {
  const host = hostname().toLowerCase();
  const names = [...new Set(['localhost', host, `${host}.local`])].filter((name) => /^[a-z0-9][a-z0-9.-]*$/.test(name));
  const addresses = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  const ips = [...new Set(['127.0.0.1', ...addresses])].filter((address) => !address.includes('%'));
  return [...names.map((value) => ({ type: 2 as const, value })), ...ips.map((ip) => ({ type: 7 as const, ip }))];
}

function read(path: string, text: string): Certificate {
  try {
    const { key, cert } = keptSchema.parse(JSON.parse(text));
    const own = createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'der' });
    const shown = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
    if (!own.equals(shown)) throw new Error('key and certificate are not a pair');
    return toCertificate(key, cert);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function toCertificate(key: string, cert: string): Certificate {
  return { key, cert, fingerprint: pinOf(cert), endsAt: Date.parse(new X509Certificate(cert).validTo) };
}

function unreadable(path: string, cause: unknown): KioskError {
  return new KioskError(
    'certificate-unreadable',
    `${path} holds no readable key and certificate: delete it, start the kiosk and pair every till again`,
    { cause },
  );
}
