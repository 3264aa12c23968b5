import { createHash, createHmac, hkdfSync } from 'node:crypto';
import type { Problem } from '../server/contract/problem.ts';
import type { CancelRequest, Verification, VerificationRequest } from '../server/contract/schemas.ts';
import type { Answer, Backend } from './backend.ts';
import type { Clock } from './clock.ts';
import type { Ended, Step, TillEvent, TillView } from './contract.ts';
import { settle, toEnded } from './ending.ts';
import { isFinal } from './follow.ts';
import type { Ask, Outbox } from './outbox.ts';
import { refusal } from './problems.ts';
import type { Order, RunSubject, Tell } from './verification.ts';

export type Settlement = { readonly ended: Ended; readonly settled: boolean };

export type DeskDeps = {
  readonly backend: Backend;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Why nobody can be verified now; undefined when all is well. */
  readonly outOfOrder: () => Problem | undefined;
  /** Secret of this machine, for the digests of requests. */
  readonly secret: Uint8Array;
  readonly run: (subject: RunSubject, tell: Tell, signal: AbortSignal) => Promise<Settlement>;
  /** Milliseconds that a recovered verification is waited for in one go. */
  readonly graceMs: number;
  show(state: { readonly kind: 'result'; readonly outcome: Ended['outcome']; readonly reason: string }): void;
  note(event: string, fields: Readonly<Record<string, unknown>>): void;
};

export type Desk = ReturnType<typeof createDesk>;
export type TillRequest = Omit<VerificationRequest, 'till'>;
type Asked =
  | { readonly ok: true; readonly fresh: boolean; readonly view: TillView }
  | { readonly ok: false; readonly problem: Problem };
type Running = { readonly id: string; readonly stop: AbortController; readonly done: Promise<void> };
type Listener = (event: TillEvent) => void;

/** The counter: takes the questions of tills, one verification at a time, and remembers every answer. */
export function createDesk(deps: DeskDeps) {
  const listeners = new Map<string, Set<Listener>>();
  const asking = new Map<string, Promise<Asked>>();
  const away = new AbortController();
  let running: Running | undefined;
  let closing = false;

  const record = (till: string, view: TillView, settled: boolean, entry: Omit<TillEvent, 'id'>) => {
    const event = deps.outbox.record({ till, view, settled }, entry);
    for (const listener of listeners.get(view.verification) ?? []) listener(event);
  };
  const tellStep = (id: string, step: Step) => {
    const kept = deps.outbox.find(id);
    if (!kept || kept.view.outcome) return;
    const { done: _, of: __, answered: ___, ...view } = kept.view;
    const state =
      step.step === 'asked' || step.step === 'consent'
        ? 'created'
        : step.step === 'matching'
          ? 'matching'
          : 'capturing';
    record(kept.till, { ...view, ...step, state }, false, { event: 'step', data: step } as Omit<TillEvent, 'id'>);
  };
  const tellEnd = (id: string, { ended, settled }: Settlement) => {
    const kept = deps.outbox.find(id);
    if (!kept || kept.settled) return;
    const { step: _, done: __, of: ___, answered: ____, ...view } = kept.view;
    const next: TillView = { ...view, ...ended, state: ended.outcome };
    record(kept.till, next, settled, { event: 'outcome', data: ended } as Omit<TillEvent, 'id'>);
    deps.note('outcome', { verification: id, outcome: ended.outcome, reason: ended.reason, settled });
  };

  const begin = (ask: Ask, verification: Verification) => {
    const view: TillView = {
      verification: verification.id,
      sale: verification.sale,
      state: verification.state,
      subject: verification.subject,
      expiresAt: verification.expiresAt,
    };
    deps.outbox.begin(ask, view);
    if (isFinal(verification)) return tellEnd(verification.id, { ended: toEnded(verification), settled: true });
    const lifetimeMs = Date.parse(verification.expiresAt) - Date.parse(verification.createdAt);
    const stop = new AbortController();
    const now = deps.clock.epoch();
    // Our clock may differ from the backend's: only a verification that is older than its answer is dated by theirs.
    const endsAt =
      ask.askedAt < now - STALE_MS ? Math.min(now + lifetimeMs, Date.parse(verification.expiresAt)) : now + lifetimeMs;
    const subject = { verification, endsAt, lifetimeMs };
    const tell = { step: (step: Step) => tellStep(verification.id, step) };
    const done = deps
      .run(subject, tell, stop.signal)
      .catch((error: unknown): Settlement => {
        deps.note('run failed', { verification: verification.id, error: String(error) });
        return { ended: { outcome: 'unavailable', reason: 'kiosk-fault' }, settled: false };
      })
      .then((settlement) => {
        running = undefined;
        tellEnd(verification.id, settlement);
        deps.show({ kind: 'result', outcome: settlement.ended.outcome, reason: settlement.ended.reason });
      });
    running = { id: verification.id, stop, done };
  };

  const askBackend = async (ask: Ask, request: TillRequest, remember: boolean): Promise<Asked> => {
    const trouble = deps.outOfOrder();
    if (trouble) return { ok: false, problem: trouble };
    if (remember) deps.outbox.rememberAsk(ask);
    const answer = await deps.backend.create({ till: ask.till, ...request }, ask.backendKey);
    if (!answer.ok) {
      if (answer.problem.status < 500) deps.outbox.forgetAsk(ask.till, ask.key);
      return answer;
    }
    begin(ask, answer.value);
    return { ok: true, fresh: true, view: deps.outbox.find(answer.value.id)!.view };
  };

  const ask = async (till: string, key: string, request: TillRequest): Promise<Asked> => {
    if (closing) return { ok: false, problem: refusal('kiosk-stopping') };
    const digest = createHmac('sha256', deps.secret).update(JSON.stringify(request)).digest('base64url');
    const prior = deps.outbox.findAsk(till, key);
    if (prior && prior.digest !== digest) return { ok: false, problem: refusal('idempotency-conflict') };
    const known = prior?.verification && deps.outbox.find(prior.verification);
    if (known) return { ok: true, fresh: false, view: known.view };
    const name = `${till}\n${key}`;
    const pending = asking.get(name);
    if (pending) return pending.then((asked) => (asked.ok ? { ...asked, fresh: false } : asked));
    if (running || asking.size > 0) return { ok: false, problem: refusal('kiosk-busy') };
    const fresh = { till, key, digest, backendKey: backendKeyOf(name), askedAt: deps.clock.epoch() };
    const asked = askBackend(prior ?? fresh, request, !prior).finally(() => asking.delete(name));
    asking.set(name, asked);
    return asked;
  };

  const find = (till: string, id: string): TillView | undefined => {
    const kept = deps.outbox.find(id);
    return kept?.till === till ? kept.view : undefined;
  };

  return {
    ask,
    find,
    isBusy: () => running !== undefined || asking.size > 0,
    /** Ends the verification if it still runs, and tells how it really ended. */
    async cancel(till: string, id: string): Promise<TillView | undefined> {
      if (!find(till, id)) return undefined;
      if (running?.id === id) {
        running.stop.abort({ kind: 'cancel', by: 'till', reason: 'cancelled' } satisfies Order);
        await running.done;
      }
      return find(till, id);
    },
    events: (id: string, after: number) => deps.outbox.events(id, after),
    listen(id: string, listener: Listener): () => void {
      const set = listeners.get(id) ?? new Set();
      listeners.set(id, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(id) === set) listeners.delete(id);
      };
    },
    /** After a restart: what had not ended is ended, and its outcome learned from the backend. */
    async recover(): Promise<void> {
      for (const { view } of deps.outbox.unsettled()) {
        if (running?.id === view.verification) continue;
        const signal = AbortSignal.any([away.signal, AbortSignal.timeout(deps.graceMs)]);
        const settlement = await recoverOne(deps.backend, view, signal);
        if (settlement) tellEnd(view.verification, settlement);
      }
    },
    async close(): Promise<void> {
      closing = true;
      away.abort();
      running?.stop.abort(LEFT satisfies Order);
      await running?.done;
    },
  };
}

/** An ask that took longer than this was tried before, milliseconds. */
const STALE_MS = 15_000;

/** The kiosk itself went away: the person would have to begin again. */
const LEFT: { kind: 'cancel' } & CancelRequest = { kind: 'cancel', by: 'kiosk', reason: 'kiosk-fault' };

/** @returns nothing when there is no news: the outcome stays what it was, or open, until the next time. */
async function recoverOne(
  backend: Pick<Backend, 'cancel' | 'events' | 'find'>,
  view: TillView,
  signal: AbortSignal,
): Promise<Settlement | undefined> {
  const found: Answer<Verification> = await backend.find(view.verification);
  if (found.ok && isFinal(found.value)) return { ended: toEnded(found.value), settled: true };
  if (!found.ok && found.problem.status === 404)
    return { ended: { outcome: 'unavailable', reason: 'kiosk-fault' }, settled: true };
  if (!found.ok) return undefined;
  const ending = found.value.state === 'matching' ? ({ kind: 'await' } as const) : LEFT;
  const settlement = await settle(backend, view.verification, ending, signal);
  return settlement.settled ? settlement : undefined;
}

/** Same till, same key: the same key at the backend, also after this machine lost its data. */
const backendKeyOf = (name: string): string => createHash('sha256').update(name).digest('base64url');

/** A secret that only this use knows, from the seed of the device key. */
export const deriveSecret = (seed: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', seed, '', 'liveness-kiosk request digest', 32));
