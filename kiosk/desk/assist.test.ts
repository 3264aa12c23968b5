import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../testing/backend.ts';
import { createCounter, REQUEST, until } from '../testing/counter.ts';

const GENTLE = { kind: 'gentle' } as const;
const ATTESTED = { kind: 'attested', by: '1023', present: true } as const;
const BY = { kind: 'attested', by: '1023' } as const;

let backend: TestBackend;
let at: ReturnType<typeof createCounter>;
beforeEach(async () => {
  backend = await startTestBackend();
  at = createCounter(backend.url);
});
afterEach(async () => {
  await at.close();
  await backend.shut();
});

async function ask(more: object = {}) {
  const asked = await at.desk.ask('till-a', 'k', { ...REQUEST, ...more });
  if (!asked.ok) throw new Error(asked.problem.code);
  await until(() => at.states.at(-1)?.kind === 'invitation');
  return asked.view.verification;
}
const view = (id: string) => at.desk.find('till-a', id)!;
const events = (id: string) => at.desk.events(id, 0).map(({ event, data }) => [event, data]);
const left = (id: string) => Date.parse(view(id).expiresAt) - Date.now();

describe('less motion, chosen by the cashier', () => {
  it('goes to the backend with the question, and the screen and the till know', async () => {
    const id = await ask({ assistance: ATTESTED });
    expect(view(id)).toMatchObject({ assistance: BY, assistable: ['gentle', 'attested'] });
    expect(at.states.at(-1)).toMatchObject({ kind: 'invitation', assistance: 'attested' });
    await until(() => at.consent.answer(id, true));
    await until(() => at.eyes.state.looked > 0);
    await at.desk.cancel('till-a', id);
    expect(view(id)).toMatchObject({ outcome: 'cancelled', plan: [], assistance: BY });
  });
  it('while the person reads the consent, gives them more time', async () => {
    at.messages.put({ till: 'till-a', url: 'http://127.0.0.1:9/', secret: 's' });
    const id = await ask();
    const before = left(id);
    expect(await at.desk.assist('till-b', id, GENTLE)).toMatchObject({ problem: { code: 'verification-unknown' } });
    expect(await at.desk.assist('till-a', id, GENTLE)).toMatchObject({ ok: true, view: { assistance: GENTLE } });
    expect(left(id) - before).toBeGreaterThan(55_000);
    expect(at.states.at(-1)).toMatchObject({ kind: 'invitation', assistance: 'gentle', lifetimeMs: 90_000 });
    expect(events(id)).toContainEqual(['assistance', GENTLE]);
    expect(at.messages.counts('till-a').pending).toBe(0);
    await until(() => at.consent.answer(id, false));
    await until(() => view(id).outcome);
    expect(await at.desk.assist('till-a', id, ATTESTED)).toMatchObject({ problem: { code: 'nothing-asked' } });
  });
  it('in the next round is asked for with it, also when the answer is lost', async () => {
    backend.knobs.next = ['retry'];
    const id = await ask();
    await until(() => at.consent.answer(id, false));
    await until(() => !at.desk.isBusy());
    backend.knobs.loseRetry = 1;
    expect(await at.desk.retry('till-a', id, 2, ATTESTED)).toMatchObject({ view: { round: 2, assistance: BY } });
  });
  it('that another round runs without is not said to be there', async () => {
    backend.knobs.next = ['retry'];
    const id = await ask();
    await until(() => at.consent.answer(id, false));
    await until(() => !at.desk.isBusy());
    // Begun at the backend by a request of which this kiosk knows nothing.
    await at.backend.retry(id);
    expect(await at.desk.retry('till-a', id, 2, ATTESTED)).toMatchObject({ problem: { code: 'verification-live' } });
  });
});

describe('less motion, wished by the person on the screen', () => {
  it('is gentle where it is allowed, before the plan is drawn, and the till is told', async () => {
    const id = await ask();
    await until(() => at.consent.wish(id));
    at.consent.answer(id, true);
    await until(() => at.eyes.state.looked > 0);
    expect(backend.all.get(id)!.verification.assistance).toEqual(GENTLE);
    expect(view(id)).toMatchObject({ assistance: GENTLE, wished: true });
    expect(events(id).map(([event]) => event)).toEqual(['step', 'wish', 'assistance', 'step', 'step']);
    expect(at.states.find(({ kind }) => kind === 'look')).toMatchObject({ assistance: 'gentle' });
    await at.desk.cancel('till-a', id);
  });
  it('is passed on to the cashier where it is not: nobody vouches for themselves', async () => {
    backend.knobs.assistable = ['attested'];
    const id = await ask();
    await until(() => at.consent.wish(id));
    expect(at.states.at(-1)).toMatchObject({ kind: 'invitation', accessible: true });
    expect(at.states.at(-1)).not.toHaveProperty('assistance');
    expect(view(id)).toMatchObject({ wished: true });
    expect(view(id).assistance).toBeUndefined();
    await at.desk.assist('till-a', id, ATTESTED);
    await until(() => at.states.at(-1)?.kind === 'invitation' && 'assistance' in at.states.at(-1)!);
    at.consent.answer(id, false);
  });
});
