import type { StageDirection } from '../../hardware/contract.ts';
import type { Prompt } from '../../liveness/index.ts';

/** Something that is told what the screen says, and of which there is a picture, or what a picture says, at any time. */
export type Directed<Seen> = {
  direct(direction: StageDirection, at: number): void;
  shoot(at: number): Seen;
};

export function directionOf(prompt: Prompt): StageDirection {
  if (prompt.kind === 'challenge') return prompt.challenge;
  return prompt.kind === 'finished' ? 'idle' : 'look';
}

/** Milliseconds that a clip of a motion takes to come back after the screen asks for the straight look. */
const RETURN = 1900;

/** A film that is cut where it is calm: one source for the straight looks, another for the motions there and back. */
export function splice<Seen>(looks: Directed<Seen>, motions: Directed<Seen>): Directed<Seen> {
  let moving = false;
  let until = Number.NEGATIVE_INFINITY;
  return {
    direct(direction, at) {
      moving = direction !== 'look' && direction !== 'idle';
      if (moving) until = at + RETURN;
      motions.direct(direction, at);
    },
    shoot: (at) => (moving || at < until ? motions : looks).shoot(at),
  };
}

/** `first` until a challenge is over, then `second`. */
export function swap<Seen>(first: Directed<Seen>, second: Directed<Seen>): Directed<Seen> {
  let challenged = false;
  let swapped = false;
  return {
    direct(direction, at) {
      const rests = direction === 'look' || direction === 'idle';
      swapped ||= rests && challenged;
      challenged ||= !rests;
      first.direct(direction, at);
      second.direct(direction, at);
    },
    shoot: (at) => (swapped ? second : first).shoot(at),
  };
}

const OTHERWISE: Readonly<Record<StageDirection, StageDirection>> = {
  idle: 'idle',
  look: 'look',
  'turn-left': 'nod-down',
  'turn-right': 'turn-left',
  'nod-down': 'nod-up',
  'nod-up': 'turn-right',
};

/** Does another motion than the one asked for. */
export function misdirect<Seen>(source: Directed<Seen>): Directed<Seen> {
  return { direct: (direction, at) => source.direct(OTHERWISE[direction], at), shoot: (at) => source.shoot(at) };
}
