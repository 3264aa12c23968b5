import { createHmac } from 'node:crypto';
import { refusal } from '../problems.ts';
import { type Ledger, toView } from './ledger.ts';
import {
  type AskDeps,
  type Asked,
  askBackend,
  newBackendKey,
  type Question,
  spanOf,
  type TillRequest,
} from './question.ts';
import type { Serving } from './serve.ts';
import { type TakeBackDeps, takeBack } from './take-back.ts';
import type { Turns } from './turns.ts';
import { createWaiting } from './wait.ts';

/** Takes questions of tills: the same key gets the same verification, for ever. */
export function createAsking(deps: AskDeps & TakeBackDeps, ledger: Ledger, turns: Turns, serving: Serving) {
  const pending = new Map<string, Promise<Asked>>();
  const clearing = new Map<string, Promise<boolean>>();
  const waiting = createWaiting(deps, ledger, turns, serving);

  const enter = async (question: Question, fresh: boolean): Promise<Asked> => {
    const now = enterNow(deps, question, ledger, turns, serving);
    if (now) return now;
    // One whose answer was lost is asked for at once or not at all: the backend may hold it already.
    return fresh ? waiting.enter(question) : { ok: false, problem: deps.busy(question.ask.till) };
  };
  return {
    async ask(till: string, key: string, request: TillRequest): Promise<Asked> {
      const name = `${till}\n${key}`;
      await clearing.get(name);
      const digest = createHmac('sha256', deps.secret).update(JSON.stringify(request)).digest('base64url');
      const prior = deps.outbox.findAsk(till, key);
      if (prior && prior.digest !== digest) return { ok: false, problem: refusal('idempotency-conflict') };
      const known = prior?.verification && ledger.look(prior.verification);
      if (known) return { ok: true, fresh: false, view: known };
      const same = pending.get(name);
      if (same) return same.then((asked) => (asked.ok ? { ...asked, fresh: false } : asked));
      const ask = prior ?? { till, key, digest, backendKey: newBackendKey(), askedAt: deps.clock.epoch() };
      const asked = enter({ ask, request, remembered: prior !== undefined }, !prior).finally(() =>
        pending.delete(name),
      );
      pending.set(name, asked);
      return asked;
    },
    /**
     * Finds out what became of a question whose answer never came. @returns whether that is known now: not while it is
     * being asked, or while the backend is away.
     */
    clear(till: string, key: string): Promise<boolean> {
      const name = `${till}\n${key}`;
      const same = clearing.get(name);
      if (same) return same;
      if (pending.has(name)) return Promise.resolve(false);
      const cleared = takeBack(deps, ledger, till, key).finally(() => clearing.delete(name));
      clearing.set(name, cleared);
      return cleared;
    },
    giveUp: waiting.giveUp,
  };
}

/** At the counter at once: the till is answered as soon as the backend has answered. */
function enterNow(
  deps: AskDeps,
  question: Question,
  ledger: Ledger,
  turns: Turns,
  serving: Serving,
): Promise<Asked> | undefined {
  const { promise, resolve, reject } = Promise.withResolvers<Asked>();
  const start = async () => {
    const answer = await askBackend(deps, question);
    if (!answer.ok) return resolve(answer);
    const verification = answer.value;
    const span = spanOf(verification, question.ask.askedAt, deps.clock.epoch());
    ledger.begin(question.ask, toView(verification, verification.id, span));
    const served = serving.serve(verification.id, verification, span);
    resolve({ ok: true, fresh: true, view: ledger.look(verification.id)! });
    await served;
  };
  const turn = { id: '', till: question.ask.till, start: () => start().catch(reject), moved: () => undefined };
  return turns.enter(turn, false) === undefined ? undefined : promise;
}
