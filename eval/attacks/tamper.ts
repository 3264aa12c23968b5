import { between, type Random } from '../../hardware/simulated/random.ts';
import type { Observation } from '../../liveness/contract.ts';
import { honest, type Tamper } from './perform.ts';

/** What is done to the pictures on their way, or to their times. */
export type Meddling = 'none' | 'frozen' | 'looped' | 'looped-anew' | 'times';

export function createTamper(kind: Meddling, random: Random): Tamper {
  // Before the last challenge of even a quick person is over.
  const from = between(random, 600, 2200);
  switch (kind) {
    case 'none':
      return honest;
    case 'frozen':
      return freeze(from);
    case 'looped':
      return loop(from, between(random, 600, 4000), (digest) => digest);
    case 'looped-anew':
      return loop(from, between(random, 600, 4000), (_, seq) => seq.toString(16).padStart(16, '0'));
    case 'times':
      return disorder(from, Math.floor(random() * 4));
  }
}

/** From a moment on always the same picture. */
function freeze(from: number): Tamper {
  let still: Observation | undefined;
  return (one) => {
    if (one.at < from) return one;
    still ??= one;
    return { ...still, seq: one.seq, at: one.at };
  };
}

/** From a moment on the last pictures again and again; `digestOf`: re-encoded, each has a new digest. */
function loop(from: number, length: number, digestOf: (digest: string, seq: number) => string): Tamper {
  let reel: readonly Observation[] | undefined;
  let next = 0;
  return (one, past) => {
    if (one.at < from) return one;
    reel ??= past.filter((each) => each.at > one.at - length);
    const shown = reel[next++ % Math.max(1, reel.length)] ?? one;
    return { ...shown, seq: one.seq, at: one.at, digest: digestOf(shown.digest, one.seq) };
  };
}

/** Times that no camera gives: backwards, a hole, numbers again, or a crawl. */
function disorder(from: number, way: number): Tamper {
  let count = 0;
  return (one) => {
    if (one.at < from) return one;
    count++;
    if (way === 0) return { ...one, at: one.at - 200 * (count % 2) };
    if (way === 1) return { ...one, at: one.at + 3500 };
    if (way === 2) return { ...one, seq: one.seq - (count % 3 === 0 ? 2 : 0) };
    return count % 16 === 0 ? one : undefined;
  };
}
