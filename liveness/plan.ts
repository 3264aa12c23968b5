import { CHALLENGE_KINDS, CHALLENGES } from './challenges/index.ts';
import type { ChallengeKind, Plan } from './contract.ts';

/** Milliseconds: the random neutral look before a challenge, the limits of a challenge and of the whole session. */
const HOLD = { least: 400, most: 1200 } as const;
const STEP_LIMIT_MS = 7_000;
const TOTAL_LIMIT_MS = 40_000;

type Order = readonly ChallengeKind[];

/**
 * Draws a plan, every permitted order with the same chance.
 * @param random uniform in [0, 1); the backend passes a cryptographic source.
 * @param avoid recent plans at this kiosk or of this subject, latest first. A recording of one of them can not fit the
 *   new plan: neither is the beginning of the other. When they rule out every order, the oldest are let go.
 */
export function drawPlan(random: () => number, avoid: readonly Plan[] = []): Plan {
  const orders = permitted(avoid.map((plan) => plan.steps.map((step) => step.challenge)));
  const order = orders[pick(random, orders.length)]!;
  const steps = order.map((challenge) => ({
    challenge,
    holdMs: HOLD.least + pick(random, HOLD.most - HOLD.least + 1),
  }));
  return { steps, stepLimitMs: STEP_LIMIT_MS, totalLimitMs: TOTAL_LIMIT_MS };
}

function permitted(avoid: readonly Order[]): readonly Order[] {
  const orders = allOrders();
  for (let kept = avoid.length; kept > 0; kept--) {
    const free = orders.filter((order) => !avoid.slice(0, kept).some((other) => continues(order, other)));
    if (free.length > 0) return free;
  }
  return orders;
}

/** Is one of the two the beginning of the other, or are they equal? */
export function continues(a: Order, b: Order): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.every((kind, index) => kind === long[index]);
}

/** Two or three challenges, none twice in a row, at least one turn: a nod alone shows little depth. */
export function allOrders(): readonly Order[] {
  const pairs = CHALLENGE_KINDS.flatMap((first) => extend([first]));
  return [...pairs, ...pairs.flatMap(extend)].filter((order) => order.some((kind) => CHALLENGES[kind].axis === 'yaw'));
}

function extend(order: Order): Order[] {
  return CHALLENGE_KINDS.filter((kind) => kind !== order.at(-1)).map((kind) => [...order, kind]);
}

function pick(random: () => number, count: number): number {
  return Math.min(count - 1, Math.floor(random() * count));
}
