import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import { AuthorityError } from '../error.ts';

/** Mutual TLS. Paths are relative to the folder of the configuration; files are PEM. */
export const tlsOptions = z
  .strictObject({
    /** Who signed the authority's certificate; the system's list when absent. */
    ca: z.string().min(1).optional(),
    /** Ours, with the chain after it. */
    cert: z.string().min(1).optional(),
    key: z.string().min(1).optional(),
    /** File with the passphrase of `key`; a line break at its end is not part of it. */
    passphraseFile: z.string().min(1).optional(),
    /** The name in the authority's certificate, where it is not the host of `url`. */
    serverName: z.string().min(1).optional(),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), { error: 'cert and key go together' });
export type TlsOptions = z.output<typeof tlsOptions>;

/** @throws AuthorityError `tls-unusable` when the address is one without TLS: the certificate would never be shown. */
export function refuseWithoutTls(url: string, where: string): void {
  if (new URL(url).protocol === 'https:') return;
  throw new AuthorityError('tls-unusable', `${where}.tls is set, but ${where}.url is not https: change one of them`);
}

/**
 * Reads and checks the files, so that a wrong one stops the start and not a verification.
 * @param where the key in the configuration: `authorities.bank.tls`
 * @throws AuthorityError `tls-unusable`
 */
export function openTls(options: TlsOptions, where: string, folder: string, keepAlive: boolean): Agent {
  const read = (key: 'ca' | 'cert' | 'key' | 'passphraseFile') => {
    const path = options[key];
    return path === undefined ? undefined : readPart(resolve(folder, path), `${where}.${key}`);
  };
  const material = {
    ca: read('ca'),
    cert: read('cert'),
    key: read('key'),
    passphrase: read('passphraseFile')?.replace(/\r?\n$/, ''),
  };
  try {
    createSecureContext(material);
  } catch (cause) {
    // OpenSSL's reason names no content: "key values mismatch", "bad decrypt", "no start line".
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new AuthorityError('tls-unusable', `${where}: certificate, key and passphrase do not fit (${why})`, {
      cause,
    });
  }
  return new Agent({ ...material, servername: options.serverName, keepAlive, minVersion: 'TLSv1.2' });
}

function readPart(path: string, where: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (cause as Error).message;
    throw new AuthorityError('tls-unusable', `${where}: ${path}: ${why}`, { cause });
  }
}
