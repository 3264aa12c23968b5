import type { Verification } from '../../server/contract/schemas.ts';
import type { Ended, Step, TillEvent, TillNews, TillView } from '../contract.ts';
import type { Ask, Outbox } from '../outbox/verifications.ts';
import type { RunSubject } from '../verification/course.ts';

export type Settlement = { readonly ended: Ended; readonly settled: boolean };

export type LedgerDeps = {
  readonly outbox: Outbox;
  note(event: string, fields: Readonly<Record<string, unknown>>): void;
  /** After every event is on the disk: for those who are told without asking. */
  readonly onNews?: (till: string, view: TillView, event: TillEvent) => void;
};

/** When a round ends, milliseconds since 1970, and how long a round is. */
export type Span = { readonly endsAt: number; readonly lifetimeMs: number };

export type Ledger = ReturnType<typeof createLedger>;
type Listener = (event: TillEvent) => void;

/** What tills may know of their verifications: written down first, told afterwards. */
export function createLedger(deps: LedgerDeps) {
  const listeners = new Map<string, Set<Listener>>();

  const record = (till: string, view: TillView, settled: boolean, news: TillNews) => {
    const event = deps.outbox.record({ till, view, settled }, news);
    for (const listener of listeners.get(view.verification) ?? []) listener(event);
    deps.onNews?.(till, view, event);
  };
  const change = (id: string, of: (view: TillView) => { view: TillView; settled: boolean; news: TillNews }) => {
    const kept = deps.outbox.find(id);
    if (!kept) return;
    const { view, settled, news } = of(kept.view);
    record(kept.till, view, settled, news);
  };

  return {
    /** Ties a till's key to a verification; from here on the same key gives this one. */
    begin: (ask: Ask, view: TillView): void => deps.outbox.begin(ask, view),

    /** A verification that waited is known to the backend now. */
    replace(id: string, view: TillView): void {
      const kept = deps.outbox.find(id);
      if (kept) deps.outbox.save({ ...kept, view });
    },
    queue(id: string, place: number): void {
      const news: TillNews = { event: 'queued', data: { place } };
      change(id, (view) => ({ view: { ...view, place }, settled: false, news }));
    },
    step(id: string, step: Step): void {
      const kept = deps.outbox.find(id);
      if (!kept || kept.view.outcome) return;
      change(id, (view) => ({
        view: { ...withoutStep(view), ...step, state: stateOf(step) },
        settled: false,
        news: { event: 'step', data: step },
      }));
    },
    /** The person says that turning or nodding is hard. */
    wish: (id: string): void =>
      change(id, (view) => ({ view: { ...view, wished: true }, settled: false, news: { event: 'wish', data: {} } })),
    /** Less is asked of the person, in more time. */
    assisted(id: string, { verification, endsAt, lifetimeMs }: RunSubject): void {
      const { assistance } = verification;
      if (!assistance) return;
      const expiresAt = new Date(endsAt).toISOString();
      const news: TillNews = { event: 'assistance', data: assistance };
      change(id, (view) => ({ view: { ...view, assistance, expiresAt, lifetimeMs }, settled: false, news }));
    },
    end(id: string, { ended, settled }: Settlement): void {
      const kept = deps.outbox.find(id);
      if (!kept || kept.settled) return;
      // It was told before, and stands.
      if (kept.view.outcome === ended.outcome && kept.view.receipt === ended.receipt)
        return void deps.outbox.save({ ...kept, settled });
      change(id, (view) => ({
        view: { ...withoutStep(view), ...ended, state: ended.outcome },
        settled,
        news: { event: 'outcome', data: ended },
      }));
      const { outcome, reason, refusal } = ended;
      deps.note('outcome', { verification: id, outcome, reason, settled, ...(refusal && { refusal }) });
    },
    /** Whether it stands, or is to be found out. */
    trust(id: string, settled: boolean): void {
      const kept = deps.outbox.find(id);
      if (kept) deps.outbox.save({ ...kept, settled });
    },
    /** The next round of the same verification. */
    again(view: TillView): void {
      const news: TillNews = { event: 'retry', data: { round: view.round } };
      change(view.verification, () => ({ view: withoutEnd(view), settled: false, news }));
    },
    appeal(id: string, { state, appeal, result }: Verification): void {
      if (!appeal) return;
      const { receipt, next } = result ?? {};
      change(id, (view) => ({
        view: { ...view, state, appeal, ...(receipt && { receipt }), ...(next && { next }) },
        settled: true,
        news: { event: 'appeal', data: appeal },
      }));
    },
    /** Only to the till that asked. */
    find(till: string, id: string): TillView | undefined {
      const kept = deps.outbox.find(id);
      return kept?.till === till ? kept.view : undefined;
    },
    look: (id: string): TillView | undefined => deps.outbox.find(id)?.view,
    events: (id: string, after: number): readonly TillEvent[] => deps.outbox.events(id, after),
    listen(id: string, listener: Listener): () => void {
      const set = listeners.get(id) ?? new Set();
      listeners.set(id, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(id) === set) listeners.delete(id);
      };
    },
  };
}

/** @param id the one that the till knows. @param span by the kiosk's clock, as the till reads it here. */
export function toView(verification: Verification, id: string, span: Span): TillView {
  const { sale, state, purpose, amount, cardholder, subject, round, rounds, appeal } = verification;
  const { assistance, assistable } = verification;
  return {
    verification: id,
    ...(id !== verification.id && { record: verification.id }),
    sale,
    state,
    purpose,
    ...(amount !== undefined && { amount }),
    cardholder,
    subject,
    round,
    rounds,
    ...(assistance && { assistance }),
    ...(assistable && { assistable }),
    expiresAt: new Date(span.endsAt).toISOString(),
    lifetimeMs: span.lifetimeMs,
    ...(appeal && { appeal }),
  };
}

function withoutStep(view: TillView): TillView {
  const { step: _, done: __, of: ___, answered: ____, place: _____, ...rest } = view;
  return rest;
}

function withoutEnd(view: TillView): TillView {
  const { outcome: _, reason: __, authorities, receipt, next, nextUntil, cancelledBy, plan, refusal, ...rest } = view;
  return view.outcome ? { ...rest, state: 'waiting' } : rest;
}

function stateOf({ step }: Step): TillView['state'] {
  if (step === 'matching') return step;
  return step === 'asked' || step === 'consent' ? 'waiting' : 'capturing';
}
