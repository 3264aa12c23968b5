import { expect, it } from 'vitest';
import type { Verification } from '../../server/contract/schemas.ts';
import { follow } from './follow.ts';

const state = (round: number, state: Verification['state'], reason?: string) => ({
  id: 'v1',
  state,
  till: 'till-a',
  sale: 'S-1',
  channel: 'kiosk',
  purpose: 'purchase',
  cardholder: { name: '张*', idNumber: '110***********0029' },
  subject: { name: '张*', idNumber: '110***********0029', who: 'cardholder' },
  round,
  rounds: 3,
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-01T00:02:00.000Z',
  answered: [],
  ...(reason && {
    result: {
      outcome: state,
      reason,
      authorities: { bank: 'not-asked', police: 'not-asked', insurer: 'not-asked' },
      receipt: 'a.b.c',
      decidedAt: '2026-01-01T00:00:30.000Z',
      next: ['retry'],
    },
  }),
});

/** A backend whose stream tells everything from the beginning. */
function backendThatTells(...states: readonly object[]) {
  const text = states.map((one) => `event: state\ndata: ${JSON.stringify(one)}\n\n`).join('');
  const value = () => new Response(text).body!;
  return {
    events: async () => ({ ok: true, value: value() }) as const,
    find: async () => ({ ok: true, value: states.at(-1) as Verification }) as const,
  };
}

it('a round is not over because the one before it was', async () => {
  const backend = backendThatTells(
    state(1, 'rejected', 'liveness-wrong-motion'),
    state(2, 'matching'),
    state(2, 'verified', 'matched'),
  );
  const seen: string[] = [];
  const signal = AbortSignal.timeout(2000);
  for await (const one of follow(backend, { id: 'v1', round: 2 }, signal)) seen.push(`${one.round} ${one.state}`);
  expect(seen).toEqual(['2 matching', '2 verified']);
});

it('an earlier round ends with its own outcome', async () => {
  const backend = backendThatTells(state(1, 'matching'), state(1, 'rejected', 'liveness-wrong-motion'));
  const seen: string[] = [];
  const signal = AbortSignal.timeout(2000);
  for await (const one of follow(backend, { id: 'v1', round: 1 }, signal)) seen.push(one.state);
  expect(seen).toEqual(['matching', 'rejected']);
});
