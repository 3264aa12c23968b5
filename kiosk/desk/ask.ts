import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Problem } from '../../server/contract/problem.ts';
import type { Verification, VerificationRequest } from '../../server/contract/schemas.ts';
import type { Answer, Backend } from '../backend.ts';
import type { Clock } from '../clock.ts';
import type { TillView } from '../contract.ts';
import type { Ask, Outbox } from '../outbox/verifications.ts';
import { refusal } from '../problems.ts';
import { type Ledger, type Span, toView } from './ledger.ts';
import type { Serving } from './serve.ts';
import type { Turn, Turns } from './turns.ts';

export type TillRequest = Omit<VerificationRequest, 'till'>;
export type Asked =
  | { readonly ok: true; readonly fresh: boolean; readonly view: TillView }
  | { readonly ok: false; readonly problem: Problem };

export type AskDeps = {
  readonly backend: Pick<Backend, 'create'>;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Why nobody can be verified now; undefined when all is well. */
  readonly outOfOrder: () => Problem | undefined;
  /** Whether this till is still one: it may be revoked while it waits. */
  readonly admits: (till: string) => boolean;
  /** Secret of this machine, for the digests of requests. */
  readonly secret: Uint8Array;
  /** How long a place in the queue is kept, milliseconds. */
  readonly waitMs: number;
  readonly busy: (till: string) => Problem;
};

/** Everything that one question needs on its way. */
type Question = { readonly ask: Ask; readonly request: TillRequest; readonly remembered: boolean };

/** Takes questions of tills: the same key gets the same verification, for ever. */
export function createAsking(deps: AskDeps, ledger: Ledger, turns: Turns, serving: Serving) {
  const pending = new Map<string, Promise<Asked>>();

  const askBackend = async ({ ask, request, remembered }: Question): Promise<Answer<Verification>> => {
    const trouble = deps.outOfOrder();
    if (trouble) return { ok: false, problem: trouble };
    if (!remembered) deps.outbox.rememberAsk(ask, request.sale);
    const answer = await deps.backend.create({ till: ask.till, ...request }, ask.backendKey);
    if (!answer.ok && answer.problem.status < 500) deps.outbox.forgetAsk(ask.till, ask.key);
    return answer;
  };

  /** At the counter at once: the till is answered as soon as the backend has answered. */
  const enterNow = (question: Question): Promise<Asked> | undefined => {
    const { promise, resolve, reject } = Promise.withResolvers<Asked>();
    const start = async () => {
      const answer = await askBackend(question).catch(reject);
      if (!answer?.ok) return answer && resolve(answer);
      const verification = answer.value;
      const span = spanOf(verification, question.ask.askedAt, deps.clock.epoch());
      ledger.begin(question.ask, toView(verification, verification.id, span));
      const served = serving.serve(verification.id, verification, span);
      resolve({ ok: true, fresh: true, view: ledger.look(verification.id)! });
      await served;
    };
    const turn = { id: '', till: question.ask.till, start: () => start().catch(reject), moved: () => undefined };
    return turns.enter(turn, false) === undefined ? undefined : promise;
  };

  /** Later: the till gets its place, and everything else from the events. */
  const enterQueue = (question: Question): Asked => {
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
  };
  const giveUp = (id: string, ended: Parameters<Ledger['end']>[1]['ended']) => {
    turns.leave(id);
    ledger.end(id, { ended, settled: true });
  };
  const serveQueued = async (id: string, question: Question): Promise<void> => {
    const { ask } = question;
    if (!deps.admits(ask.till))
      return giveUp(id, { outcome: 'cancelled', reason: 'cancelled', cancelledBy: 'kiosk', refusal: 'till-unknown' });
    const answer = await askBackend({ ...question, remembered: true });
    if (!answer.ok) return giveUp(id, { outcome: 'unavailable', reason: 'kiosk-fault', refusal: answer.problem.code });
    const span = spanOf(answer.value, deps.clock.epoch(), deps.clock.epoch());
    ledger.replace(id, toView(answer.value, id, span));
    await serving.serve(id, answer.value, span);
  };

  const enter = async (question: Question, fresh: boolean): Promise<Asked> => {
    const now = enterNow(question);
    if (now) return now;
    // One whose answer was lost is asked for at once or not at all: the backend may hold it already.
    return fresh ? enterQueue(question) : { ok: false, problem: deps.busy(question.ask.till) };
  };

  return {
    async ask(till: string, key: string, request: TillRequest): Promise<Asked> {
      const digest = createHmac('sha256', deps.secret).update(JSON.stringify(request)).digest('base64url');
      const prior = deps.outbox.findAsk(till, key);
      if (prior && prior.digest !== digest) return { ok: false, problem: refusal('idempotency-conflict') };
      const known = prior?.verification && ledger.look(prior.verification);
      if (known) return { ok: true, fresh: false, view: known };
      const name = `${till}\n${key}`;
      const same = pending.get(name);
      if (same) return same.then((asked) => (asked.ok ? { ...asked, fresh: false } : asked));
      const ask = prior ?? { till, key, digest, backendKey: backendKeyOf(name), askedAt: deps.clock.epoch() };
      const asked = enter({ ask, request, remembered: prior !== undefined }, !prior).finally(() =>
        pending.delete(name),
      );
      pending.set(name, asked);
      return asked;
    },
    giveUp,
  };
}

/** An ask that took longer than this was tried before, milliseconds. */
const STALE_MS = 15_000;

/** Our clock may differ from the backend's: only a verification that is older than its answer is dated by theirs. */
function spanOf({ createdAt, expiresAt }: Verification, askedAt: number, now: number): Span {
  const lifetimeMs = Date.parse(expiresAt) - Date.parse(createdAt);
  const own = now + lifetimeMs;
  return { lifetimeMs, endsAt: askedAt < now - STALE_MS ? Math.min(own, Date.parse(expiresAt)) : own };
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

/** Same till, same key: the same key at the backend, also after this machine lost its data. */
const backendKeyOf = (name: string): string => createHash('sha256').update(name).digest('base64url');
