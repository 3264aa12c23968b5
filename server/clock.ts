import { randomBytes } from 'node:crypto';

/** Time and chance, passed in so that a test can hold them still. */
export type World = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** That many unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array;
};

export const REAL_WORLD: World = { now: Date.now, random: (bytes) => new Uint8Array(randomBytes(bytes)) };

/** 127 random bits as 22 letters that fit into a URL. The first is never "-": a command would take it for an option. */
export function newId(world: World): string {
  const bytes = Buffer.from(world.random(16));
  bytes[0]! &= 0x7f;
  return bytes.toString('base64url');
}

/** Whether it could be one of ours. Other text may be none that a database takes: PostgreSQL fails on a NUL. */
export const isId = (text: string): boolean => /^[\w-]{1,64}$/.test(text);

export const isoTime = (ms: number): string => new Date(ms).toISOString();
