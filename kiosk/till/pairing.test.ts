import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begin, CODE_MS, drop, lapse, miss, NO_PAIRING, type PairingState, spend, succeed, TRIES } from './pairing.ts';

const HOUR = 3_600_000;

type Action = { readonly kind: 'begin' | 'wrong' | 'right' | 'drop' | 'wait'; readonly ms: number };
const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom('begin', 'wrong', 'wrong', 'right', 'drop', 'wait'),
  ms: fc.oneof(fc.nat(1000), fc.nat(2 * CODE_MS), fc.nat(2 * HOUR)),
});

/** Plays actions as the shell does, and writes down what happened when. */
function play(actions: readonly Action[]) {
  let [state, now, ids] = [NO_PAIRING as PairingState, 1_000_000, 0];
  const log: { at: number; what: 'begun' | 'tried' | 'paired'; id: string }[] = [];
  for (const { kind, ms } of actions) {
    now += ms;
    state = lapse(state, now);
    if (kind === 'begin') {
      const begun = begin(state, now, `p${ids++}`);
      if (begun.ok) log.push({ at: now, what: 'begun', id: begun.state.open!.id });
      if (begun.ok) state = begun.state;
    }
    if (kind === 'drop') state = drop(state, now);
    const id = state.open?.id;
    if ((kind === 'wrong' || kind === 'right') && id) {
      state = spend(state, id)!;
      log.push({ at: now, what: kind === 'right' ? 'paired' : 'tried', id });
      state = kind === 'right' ? succeed(state) : miss(state, now, id);
    }
  }
  return { state, log };
}

describe('pairing', () => {
  it('gives each code three tries within its time, and one pairing at a time', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const { log } = play(actions);
        const begun = log.filter(({ what }) => what === 'begun');
        begun.forEach(({ id, at }, index) => {
          const tries = log.filter((one) => one.id === id && one.what !== 'begun');
          expect(tries.length).toBeLessThanOrEqual(TRIES);
          const end = begun[index + 1]?.at ?? Number.POSITIVE_INFINITY;
          for (const one of tries) {
            expect(one.at - at).toBeLessThan(CODE_MS);
            expect(one.at).toBeLessThanOrEqual(end);
          }
          const paired = tries.findIndex(({ what }) => what === 'paired');
          expect([-1, tries.length - 1]).toContain(paired);
        });
      }),
    );
  });
  it('lets a guesser try no more than 120 codes of a million in a day', () => {
    let [state, now, tries] = [NO_PAIRING as PairingState, 0, 0];
    for (const end = now + 24 * HOUR; now < end; now += 1000) {
      const begun = begin(lapse(state, now), now, 'p');
      if (!begun.ok) continue;
      state = begun.state;
      for (let turn = 0; turn < TRIES; turn++, tries++) state = miss(spend(state, 'p')!, now, 'p');
    }
    expect(tries).toBeGreaterThan(30);
    expect(tries).toBeLessThanOrEqual(120);
  });
  it('tells a second one how long the first still takes, and lets it begin after that one came to its end', () => {
    const first = begin(NO_PAIRING, 0, 'a');
    if (!first.ok) throw new Error('refused');
    expect(begin(first.state, 30_000, 'b')).toEqual({ ok: false, code: 'pairing-running', retryAfterMs: 60_000 });
    expect(spend(first.state, 'b')).toBeUndefined();
    const over = lapse(first.state, CODE_MS);
    expect(begin(over, CODE_MS, 'b')).toMatchObject({ code: 'pairing-limited', retryAfterMs: 5000 });
    expect(begin(over, CODE_MS + 5000, 'b').ok).toBe(true);
  });
  it('blames nobody for a sale that came between, but counts the wrong tries before it', () => {
    const begun = begin(NO_PAIRING, 0, 'a');
    if (!begun.ok) throw new Error('refused');
    expect(drop(begun.state, 10).failures).toBe(0);
    expect(drop(spend(begun.state, 'a')!, 10).failures).toBe(1);
  });
});
