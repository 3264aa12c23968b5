import { randomBytes } from 'node:crypto';
import { type Answer, type Authority, authoritiesSchema, openAuthorities, type Person } from '../../index.ts';
import { backendConfig } from '../index.ts';

/** Long enough for a busy machine; a test that waits for the limit to run out gives IMPATIENT. */
const TIMEOUT_MS = 10_000;
export const IMPATIENT = { timeoutMs: 300 };

/** In these tests a still is the name of whom it shows. */
const stillOf = (portrait: string): Uint8Array => Buffer.from(portrait);

type Envelope = 'plain' | 'sm';

/** One adapter, as the sandbox's configuration opens it, with some options changed. */
export function open(name: string, url: string, change: object = {}, credentials = {}, envelope?: Envelope): Authority {
  const plain = backendConfig(url, credentials, envelope);
  const timeoutMs = TIMEOUT_MS;
  const each = (options: object) => ({ timeoutMs, ...options, ...change });
  const config = authoritiesSchema.parse({
    sandbox: true,
    bank: each(plain.bank),
    police: each(plain.police),
    insurer: each(plain.insurer),
  });
  const authorities = openAuthorities(config, { now: Date.now, random: randomBytes });
  return authorities.find((authority) => authority.name === name)!;
}

export function ask(
  authority: Authority,
  person: Person,
  still: string,
  signal = new AbortController().signal,
): Promise<Answer> {
  return authority.ask({ person, still: stillOf(still), verification: 'v-1', signal });
}
