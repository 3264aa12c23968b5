import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import { type Evidence, evidenceSchema } from '../contract/index.ts';
import type { EvidenceRow } from '../db/evidence.ts';
import type { Ring } from '../keys/ring.ts';
import { newEnvelope, openEnvelope } from './envelope.ts';

/** Evidence as it lies in the database, sealed. `still` apart: an appeal needs it alone. */
export type SealedEvidence = Pick<EvidenceRow, 'attempt' | 'key_id' | 'wrapped' | 'still' | 'rest'>;

export type SealDeps = { readonly ring: Ring; readonly random: (bytes: number) => Uint8Array };

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** Nothing that went through the schema is larger. */
const MAX_PLAIN = 64 * 1024 * 1024;

/** Seals evidence for its attempt. The picture is compressed as it is; of the rest, gzip takes most away. */
export async function sealAtRest({ ring, random }: SealDeps, evidence: Evidence): Promise<SealedEvidence> {
  const { still, ...others } = evidence;
  const rest = { ...others, ...(still ? { stillSeq: still.seq } : {}) };
  const { key, envelope } = newEnvelope(ring, random, evidence.attempt);
  const zipped = await zip(JSON.stringify(rest), { level: constants.Z_BEST_SPEED });
  return {
    attempt: evidence.attempt,
    key_id: key.kid,
    wrapped: key.wrapped,
    still: still ? envelope.seal('still', Buffer.from(still.jpeg, 'base64')) : null,
    rest: envelope.seal('rest', zipped),
  };
}

/** The whole, as it was received. @throws ServerError `kept-unreadable` */
export async function openAtRest(deps: SealDeps, sealed: SealedEvidence & { rest: Uint8Array }): Promise<Evidence> {
  const envelope = envelopeOf(deps, sealed);
  const zipped = envelope.open('rest', sealed.rest);
  const text = (await unzip(zipped, { maxOutputLength: MAX_PLAIN })).toString('utf8');
  const { stillSeq, ...others } = JSON.parse(text) as { stillSeq?: number };
  if (sealed.still === null || stillSeq === undefined) return evidenceSchema.parse(others);
  const jpeg = Buffer.from(envelope.open('still', sealed.still)).toString('base64');
  return evidenceSchema.parse({ ...others, still: { seq: stillSeq, jpeg } });
}

/** The picture alone. @throws ServerError `kept-unreadable` */
export function openStill(deps: SealDeps, sealed: SealedEvidence): Uint8Array | undefined {
  return sealed.still === null ? undefined : envelopeOf(deps, sealed).open('still', sealed.still);
}

const envelopeOf = ({ ring, random }: SealDeps, { attempt, key_id, wrapped }: SealedEvidence) =>
  openEnvelope(ring, random, attempt, { kid: key_id, wrapped });
