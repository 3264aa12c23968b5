import { randomBytes } from 'node:crypto';
import type { TillView } from '../contract.ts';
import { type Ledger, type Settlement, toView } from './ledger.ts';
import { type AskDeps, type Asked, askBackend, type Question, spanOf, type TillRequest } from './question.ts';
import type { Serving } from './serve.ts';
import type { Turn, Turns } from './turns.ts';

/** Questions that wait for the counter: the till has its id and place, the backend hears of it when its turn comes. */
export function createWaiting(deps: AskDeps, ledger: Ledger, turns: Turns, serving: Serving) {
  const giveUp = (id: string, ended: Settlement['ended']) => {
    turns.leave(id);
    ledger.end(id, { ended, settled: true });
  };
  const serveQueued = async (id: string, question: Question): Promise<void> => {
    const { ask } = question;
    if (!deps.admits(ask.till))
      return giveUp(id, { outcome: 'cancelled', reason: 'cancelled', cancelledBy: 'kiosk', refusal: 'till-unknown' });
    const trouble = deps.outOfOrder();
    if (trouble) return giveUp(id, { outcome: 'unavailable', reason: 'kiosk-fault', refusal: trouble.code });
    // From here on the backend may have heard of it.
    ledger.replace(id, { ...ledger.look(id)!, state: 'created' });
    const answer = await askBackend(deps, { ...question, remembered: true });
    if (!answer.ok) {
      // Whether it did is found out by the recovery: until then there is no outcome.
      if (answer.problem.status >= 500) return;
      return giveUp(id, { outcome: 'unavailable', reason: 'kiosk-fault', refusal: answer.problem.code });
    }
    const span = spanOf(answer.value, deps.clock.epoch(), deps.clock.epoch());
    ledger.replace(id, toView(answer.value, id, span));
    await serving.serve(id, answer.value, span);
  };
  return {
    enter(question: Question): Asked {
      const { ask, request } = question;
      const id = `q-${randomBytes(12).toString('base64url')}`;
      const timer = setTimeout(() => giveUp(id, { outcome: 'expired', reason: 'expired' }), deps.waitMs);
      const start = async () => {
        clearTimeout(timer);
        await serveQueued(id, question).catch(() => giveUp(id, { outcome: 'unavailable', reason: 'kiosk-fault' }));
      };
      const turn: Turn = { id, till: ask.till, start, moved: (place) => ledger.queue(id, place) };
      const place = turns.enter(turn, true);
      if (!place) {
        clearTimeout(timer);
        return { ok: false, problem: deps.busy(ask.till) };
      }
      deps.outbox.rememberAsk(ask, request.sale);
      ledger.begin(ask, toQueuedView(id, request, deps));
      ledger.queue(id, place);
      return { ok: true, fresh: true, view: ledger.look(id)! };
    },
    giveUp,
  };
}

/** What is known before the backend is asked; who it is about is not kept. */
function toQueuedView(id: string, { sale, purpose, amount, subject }: TillRequest, deps: AskDeps): TillView {
  const nobody = { name: '', idNumber: '' };
  return {
    verification: id,
    sale,
    state: 'queued',
    purpose,
    ...(amount !== undefined && { amount }),
    cardholder: nobody,
    subject: { ...nobody, who: subject.who },
    round: 1,
    rounds: 0,
    expiresAt: new Date(deps.clock.epoch() + deps.waitMs).toISOString(),
    lifetimeMs: deps.waitMs,
  };
}
