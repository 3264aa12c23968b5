import { ASSISTANCES } from './assistance/index.ts';
import { CHALLENGE_KINDS, CHALLENGES } from './challenges/index.ts';
import type { AssistanceKind, ChallengeKind, Plan } from './contract.ts';

/** Milliseconds: the random neutral look before a challenge. */
const HOLD = { least: 400, most: 1200 } as const;

type Order = readonly ChallengeKind[];

/**
 * Draws a plan, every permitted order with the same chance.
 * @param random uniform in [0, 1); the backend passes a cryptographic source.
 * @param avoid recent plans at this kiosk or of this subject, latest first. A recording of one of them can not fit the
 *   new plan: neither is the beginning of the other. When they rule out every order, the oldest are let go.
 */
export function drawPlan(random: () => number, avoid: readonly Plan[] = [], kind: AssistanceKind = 'none'): Plan {
  const { stepLimitMs, totalLimitMs } = ASSISTANCES[kind];
  const orders = permitted(
    allOrders(kind),
    avoid.map((plan) => plan.steps.map((step) => step.challenge)),
  );
  const order = orders[pick(random, orders.length)]!;
  const steps = order.map((challenge) => ({
    challenge,
    holdMs: HOLD.least + pick(random, HOLD.most - HOLD.least + 1),
  }));
  return { steps, stepLimitMs, totalLimitMs, ...(kind !== 'none' && { assistance: kind }) };
}

function permitted(orders: readonly Order[], avoid: readonly Order[]): readonly Order[] {
  for (let kept = avoid.length; kept > 0; kept--) {
    const free = orders.filter((order) => !avoid.slice(0, kept).some((other) => continues(order, other)));
    if (free.length > 0) return free;
  }
  return orders;
}

/** Is one of the two the beginning of the other, or are they equal? One without a motion begins nothing. */
export function continues(a: Order, b: Order): boolean {
  if (a.length === 0 || b.length === 0) return false;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.every((kind, index) => kind === long[index]);
}

/**
 * Every order of as many challenges as are asked for, none twice in a row, with a turn to each side: a nod alone shows
 * little depth, and a mask that rests askew shows its own on one side only.
 */
export function allOrders(kind: AssistanceKind = 'none'): readonly Order[] {
  const [least, most] = ASSISTANCES[kind].motions;
  const orders: Order[] = [];
  for (let longest: Order[] = [[]], count = 0; count <= most; count++, longest = longest.flatMap(extend))
    if (count >= least) orders.push(...longest);
  return orders.filter((order) => order.length === 0 || sidesOf(order) === 2);
}

/** To how many sides the head turns. */
function sidesOf(order: Order): number {
  return new Set(order.filter((kind) => CHALLENGES[kind].axis === 'yaw')).size;
}

function extend(order: Order): Order[] {
  return CHALLENGE_KINDS.filter((kind) => kind !== order.at(-1)).map((kind) => [...order, kind]);
}

function pick(random: () => number, count: number): number {
  return Math.min(count - 1, Math.floor(random() * count));
}
