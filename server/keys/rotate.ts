import { existsSync } from 'node:fs';
import type { World } from '../clock.ts';
import {
  changeKeyFile,
  changeRingFile,
  inUse,
  makeRingFile,
  newRingKey,
  newSealingKey,
  newSigningKey,
  parseKeyFile,
  parseRingFile,
  type RingKey,
  readKeyFile,
} from './file.ts';
import type { KeyPlaces } from './keys.ts';

/** `receipt` signs, `evidence` is sealed to, `at-rest` seals what is kept. */
export const PURPOSES = ['receipt', 'evidence', 'at-rest'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** One key as a list shows it: nothing secret. */
export type ListedKey = {
  readonly purpose: Purpose;
  readonly kid: string;
  readonly state: 'in use' | 'not yet' | 'old';
  /** Milliseconds since 1970. */
  readonly from?: number;
};

/** Puts a new key in front of the others, to be used from `from` on. @throws ServerError @returns its id. */
export function rotate(places: KeyPlaces, purpose: Purpose, from: number, world: World): string {
  if (purpose === 'at-rest') return rotateRing(places, from, world);
  if (purpose === 'receipt') {
    const key = { ...newSigningKey(), from };
    changeKeyFile(places.file, (file) => ({ ...file, receipt: [key, ...file.receipt] }));
    return key.kid;
  }
  const key = { ...newSealingKey(), from };
  changeKeyFile(places.file, (file) => ({ ...file, evidence: [key, ...file.evidence] }));
  return key.kid;
}

function rotateRing({ file, atRest }: KeyPlaces, from: number, world: World): string {
  if (atRest !== undefined && !existsSync(atRest)) {
    makeRingFile(atRest, world);
    return readKeyFile(atRest, parseRingFile).atRest[0]!.kid;
  }
  const key = { ...newRingKey(world), from };
  const add = (before: readonly RingKey[] = []) => [key, ...before];
  if (atRest === undefined) changeKeyFile(file, (before) => ({ ...before, atRest: add(before.atRest) }));
  else changeRingFile(atRest, (before) => ({ atRest: add(before.atRest) }));
  return key.kid;
}

/** Takes a key at rest out that seals nothing any more; the one in use stays. @returns whether it was there. */
export function dropRingKey({ file, atRest }: KeyPlaces, kid: string, now: number): boolean {
  let found = false;
  const without = (keys: readonly RingKey[] = []) => {
    found = keys.some((key) => key.kid === kid) && keys.length > 1 && inUse(keys, now).kid !== kid;
    return found ? keys.filter((key) => key.kid !== kid) : [...keys];
  };
  if (atRest === undefined) changeKeyFile(file, (before) => ({ ...before, atRest: without(before.atRest) }));
  else changeRingFile(atRest, (before) => ({ atRest: without(before.atRest) }));
  return found;
}

/** @throws ServerError */
export function listKeys({ file, atRest }: KeyPlaces, now: number): readonly ListedKey[] {
  const keys = readKeyFile(file, parseKeyFile);
  const ring = atRest === undefined ? (keys.atRest ?? []) : readKeyFile(atRest, parseRingFile).atRest;
  return [
    ...list('receipt', keys.receipt, now),
    ...list('evidence', keys.evidence, now),
    ...list('at-rest', ring, now),
  ];
}

type Listed = { readonly kid: string; readonly from?: number | undefined };

function list(purpose: Purpose, keys: readonly Listed[], now: number): readonly ListedKey[] {
  if (keys.length === 0) return [];
  const { kid: current } = inUse(keys, now);
  return keys.map(({ kid, from }) => ({
    purpose,
    kid,
    state: kid === current ? 'in use' : (from ?? 0) > now ? 'not yet' : 'old',
    ...(from === undefined ? {} : { from }),
  }));
}
