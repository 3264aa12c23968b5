import type { StageDirection } from '../contract.ts';
import { glide, type Motion, rest } from './glide.ts';
import { between, type Random } from './random.ts';

/** Degrees from the neutral pose; `yaw` > 0: the nose points to the picture's left edge; `pitch` > 0: up. */
export type Turn = { readonly yaw: number; readonly pitch: number };

/** How far the body goes for a direction, degrees, and how its reactions are timed, milliseconds. */
export type Habit = {
  readonly yaw: readonly [low: number, high: number];
  readonly pitch: readonly [low: number, high: number];
  readonly reactionMs: readonly [low: number, high: number];
  readonly moveMs: readonly [low: number, high: number];
  readonly holdMs: number;
};

/** A person at a counter. */
export const headHabit: Habit = {
  yaw: [26.5, 29.5],
  pitch: [18.5, 21.5],
  reactionMs: [350, 700],
  moveMs: [600, 900],
  holdMs: 250,
};

/** Hands that tilt a printed photo the way a head would turn: further, since a sheet has to overdo it. */
export const sheetHabit: Habit = { ...headHabit, yaw: [32, 37], pitch: [30, 36] };

export type Performer = {
  /** Tells the performer at a time (milliseconds, any origin, never backwards) what to do. The same direction again changes nothing. */
  direct(direction: StageDirection, at: number): void;
  /** The pose at a time; times never go backwards. Depends on the directions only, not on how often it is asked. */
  turnAt(at: number): Turn;
};

type Move = { readonly start: number; readonly end: number; readonly turn: Turn };
type Axis = (at: number) => Motion;

/** A body that follows stage directions with human delays, without a jump in place, speed or acceleration. */
export function createPerformer(random: Random, habit: Habit, speed: number): Performer {
  let heard: StageDirection = 'idle';
  let yaw: Axis = () => rest(0);
  let pitch: Axis = () => rest(0);
  let next: Move | undefined;
  let busyUntil = Number.NEGATIVE_INFINITY;

  function begin(move: Move): void {
    const duration = move.end - move.start;
    yaw = glide(yaw(move.start), move.turn.yaw, move.start, duration);
    pitch = glide(pitch(move.start), move.turn.pitch, move.start, duration);
    const away = move.turn.yaw !== 0 || move.turn.pitch !== 0;
    busyUntil = away ? move.end + habit.holdMs / speed : move.start;
  }

  function catchUp(at: number): void {
    if (!next || at < next.start) return;
    const move = next;
    next = undefined;
    begin(move);
  }

  return {
    direct(direction, at) {
      catchUp(at);
      if (direction === heard || (isRest(direction) && isRest(heard))) {
        heard = direction;
        return;
      }
      heard = direction;
      const start = Math.max(at + between(random, ...habit.reactionMs) / speed, busyUntil);
      const end = start + between(random, ...habit.moveMs) / speed;
      next = { start, end, turn: turnFor(direction, random, habit) };
    },
    turnAt(at) {
      catchUp(at);
      return { yaw: yaw(at).place, pitch: pitch(at).place };
    },
  };
}

function isRest(direction: StageDirection): boolean {
  return direction === 'idle' || direction === 'look';
}

/** The person's own left is the picture's right, hence the signs. */
function turnFor(direction: StageDirection, random: Random, habit: Habit): Turn {
  const yaw = between(random, ...habit.yaw);
  const pitch = between(random, ...habit.pitch);
  switch (direction) {
    case 'turn-left':
      return { yaw: -yaw, pitch: 0 };
    case 'turn-right':
      return { yaw, pitch: 0 };
    case 'nod-down':
      return { yaw: 0, pitch: -pitch };
    case 'nod-up':
      return { yaw: 0, pitch };
    default:
      return { yaw: 0, pitch: 0 };
  }
}
