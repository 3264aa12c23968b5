import { randomUUID } from 'node:crypto';
import type { Assistance, AssistanceRequest } from '../../server/contract/assistance.ts';
import type { Problem } from '../../server/contract/problem.ts';
import { canRetry } from '../../server/contract/reasons.ts';
import type { Verification, VerificationRequest, VerificationResult } from '../../server/contract/schemas.ts';
import { type Answer, type Backend, unreachable } from '../backend/client.ts';
import { peopleOf, personsOf } from './people.ts';
import { type Receipts, saidOf } from './receipts.ts';
import { authoritiesOf, type Script, scriptOf } from './scripts.ts';

export type ScriptedDeps = {
  readonly receipts: Receipts;
  readonly epoch: () => number;
  /** How long a round lives, milliseconds; half as long again where somebody is assisted. */
  readonly lifetimeMs: number;
  /** Whether the backend can be reached now. */
  readonly isAway: () => boolean;
  /** Between the question and its answer. */
  readonly onCreate: (script: Script) => Promise<void>;
  /** Before anybody hears of an outcome. */
  readonly onEnd: (script: Script) => void;
};

type Kept = {
  verification: Verification;
  readonly script: Script;
  readonly watchers: Set<() => void>;
  timer?: NodeJS.Timeout;
};
type Ended = Pick<VerificationResult, 'outcome' | 'reason'> & {
  readonly cancelledBy?: VerificationResult['cancelledBy'];
};

const ROUNDS = 3;
const REOPEN_MS = 600_000;

export type Scripted = ReturnType<typeof createScriptedBackend>;

/** A backend that decides by the sale reference; nothing of it outlives the process, but for what the kiosk keeps. */
export function createScriptedBackend(deps: ScriptedDeps) {
  const all = new Map<string, Kept>();
  const byKey = new Map<string, string>();
  const withdrawn = new Set<string>();

  const change = (kept: Kept, next: Partial<Verification>) => {
    kept.verification = { ...kept.verification, ...next };
    for (const watcher of kept.watchers) watcher();
  };
  const end = (id: string, ended: Ended): boolean => {
    const kept = all.get(id);
    if (!kept || kept.verification.result) return false;
    clearTimeout(kept.timer);
    deps.onEnd(kept.script);
    change(kept, { state: ended.outcome, result: resultOf(deps, kept, ended) });
    return true;
  };
  /** Its time begins. */
  const arm = (kept: Kept) => {
    kept.timer = setTimeout(
      () => end(kept.verification.id, { outcome: 'expired', reason: 'expired' }),
      Date.parse(kept.verification.expiresAt) - deps.epoch(),
    );
    kept.timer.unref();
  };
  const lifetime = (assistance: Assistance | undefined) => {
    const now = deps.epoch();
    const lifetimeMs = deps.lifetimeMs * (assistance ? 1.5 : 1);
    const expiresAt = new Date(now + lifetimeMs).toISOString();
    return { createdAt: new Date(now).toISOString(), expiresAt, lifetimeMs };
  };
  const found = (id: string): Answer<Kept> => {
    if (deps.isAway()) return unreachable('the simulator says so');
    const kept = all.get(id);
    return kept ? { ok: true, value: kept } : problem(404, 'verification-unknown');
  };
  const make = (request: VerificationRequest, key: string, script: Script): Answer<Verification> => {
    const persons = personsOf(request.cardholder, request.subject);
    if (!persons) return problem(404, 'relative-unknown');
    const { till, sale, channel, purpose, amount } = request;
    const id = `sim-${randomUUID()}`;
    const assistance = toldOf(request.assistance);
    const more = { ...(amount !== undefined && { amount }), ...(assistance && { assistance }) };
    const verification: Verification = {
      id,
      state: 'waiting',
      till,
      sale,
      channel,
      purpose,
      ...more,
      ...persons,
      round: 1,
      rounds: ROUNDS,
      ...lifetime(assistance),
      assistable: allowedBy(script),
      answered: [],
    };
    const kept: Kept = { verification, script, watchers: new Set() };
    all.set(id, kept);
    byKey.set(key, id);
    arm(kept);
    return { ok: true, value: verification };
  };

  const backend: Backend = {
    async create(request, key) {
      const script = scriptOf(request.sale);
      const before = byKey.get(key);
      await deps.onCreate(script);
      if (deps.isAway()) return unreachable('the simulator says so');
      if (before) return { ok: true, value: all.get(before)!.verification };
      if (withdrawn.has(key)) return problem(409, 'question-withdrawn');
      if (script.before === 'person-unknown') return problem(404, 'person-unknown');
      if (!mayAssist(script, request.assistance)) return problem(422, 'assistance-not-allowed');
      return make(request, key, script);
    },
    async withdraw(_, key) {
      if (deps.isAway()) return unreachable('the simulator says so');
      const id = byKey.get(key);
      if (id === undefined) withdrawn.add(key);
      return { ok: true, value: id === undefined ? null : all.get(id)!.verification };
    },
    async find(id) {
      const kept = found(id);
      return kept.ok ? { ok: true, value: kept.value.verification } : kept;
    },
    async cancel(id, { by, reason }) {
      const kept = found(id);
      if (!kept.ok) return kept;
      if (!end(id, { outcome: 'cancelled', reason, cancelledBy: by })) return problem(409, 'verification-ended');
      return { ok: true, value: kept.value.verification };
    },
    async retry(id, asked) {
      const kept = found(id);
      if (!kept.ok) return kept;
      const { result, assistance: before, ...rest } = kept.value.verification;
      if (!result) return problem(409, 'verification-live');
      if (!result.next.includes('retry')) return problem(409, 'retry-pointless');
      if (!mayAssist(kept.value.script, asked)) return problem(422, 'assistance-not-allowed');
      // Nobody vouches twice by one word.
      const assistance = asked ? toldOf(asked) : before && ({ kind: 'gentle' } as const);
      const more = { ...lifetime(assistance), ...(assistance && { assistance }) };
      kept.value.verification = { ...rest, state: 'waiting', answered: [], round: rest.round + 1, ...more };
      arm(kept.value);
      return { ok: true, value: kept.value.verification };
    },
    async assist(id, asked) {
      const kept = found(id);
      if (!kept.ok) return kept;
      const { verification, script } = kept.value;
      if (verification.result) return problem(409, 'verification-ended');
      if (!mayAssist(script, asked)) return problem(422, 'assistance-not-allowed');
      const assistance = toldOf(asked);
      if (verification.state !== 'waiting' || !assistance) return problem(409, 'state-conflict');
      clearTimeout(kept.value.timer);
      change(kept.value, { ...lifetime(assistance), createdAt: verification.createdAt, assistance });
      arm(kept.value);
      return { ok: true, value: kept.value.verification };
    },
    async appeal(id, { by }) {
      const kept = found(id);
      if (!kept.ok) return kept;
      const { result } = kept.value.verification;
      if (!result) return problem(409, 'verification-live');
      if (!result.next.includes('appeal')) return problem(409, 'verification-ended');
      const at = new Date(deps.epoch()).toISOString();
      change(kept.value, { state: 'appealed', appeal: { by, at, decision: 'open' }, result: { ...result, next: [] } });
      return { ok: true, value: kept.value.verification };
    },
    people: async ({ cardholder }) =>
      deps.isAway() ? unreachable('the simulator says so') : { ok: true, value: peopleOf(cardholder, deps.epoch()) },
    async events(id, signal) {
      const kept = found(id);
      return kept.ok ? { ok: true, value: tell(kept.value, signal) } : kept;
    },
    // It signs itself: what it says is what it signed, unless the script wants otherwise.
    check: async ({ sale, round, result }) =>
      roundOf(scriptOf(sale), round).receipt === 'other-word' && result ? 'wrong' : 'right',
    keys: async () => ({ ok: true, value: [] }),
    openAttempt: async () => problem(501, 'not-simulated'),
    submit: async () => problem(501, 'not-simulated'),
  };
  return {
    backend,
    end,
    /** The state that the person's doings bring about. */
    advance(id: string, next: Pick<Partial<Verification>, 'state' | 'answered'>): void {
      const kept = all.get(id);
      if (kept && !kept.verification.result) change(kept, next);
    },
  };
}

const allowedBy = ({ before }: Script) => (before === 'no-assistance' ? [] : (['gentle', 'attested'] as const).slice());
const mayAssist = (script: Script, asked: AssistanceRequest | undefined): boolean =>
  !asked || asked.kind === 'none' || allowedBy(script).includes(asked.kind);

function toldOf(asked: AssistanceRequest | undefined): Assistance | undefined {
  if (!asked || asked.kind === 'none') return undefined;
  return asked.kind === 'attested' ? { kind: asked.kind, by: asked.by } : { kind: asked.kind };
}

/** What is played in a round. */
export const roundOf = (script: Script, round: number): Script =>
  script.mends && round > 1 ? { outcome: 'verified', reason: 'matched', ends: 'matching' } : script;

function resultOf({ receipts, epoch }: ScriptedDeps, { verification, script }: Kept, ended: Ended): VerificationResult {
  const { round } = verification;
  const { outcome, reason } = ended;
  const authorities = authoritiesOf({ ...roundOf(script, round), ...(outcome === 'cancelled' && { ends: 'asked' }) });
  const isOver = outcome === 'verified' || outcome === 'cancelled';
  const retries = round < ROUNDS && canRetry(reason);
  const next: VerificationResult['next'] = isOver ? [] : retries ? ['retry', 'appeal'] : ['appeal'];
  const now = epoch();
  const result = { ...ended, authorities, next, decidedAt: new Date(now).toISOString() };
  const receipt = receipts.sign(saidOf(verification, result, now), script.receipt === 'forged');
  const until = next.length > 0 ? { nextUntil: new Date(now + REOPEN_MS).toISOString() } : {};
  return { ...result, receipt, ...until };
}

function problem(status: number, code: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { type: 'about:blank', title: code, status, code } };
}

/** Each state as it comes, until the outcome. */
function tell(kept: Kept, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let watcher = () => {};
  const stop = () => kept.watchers.delete(watcher);
  return new ReadableStream({
    start(controller) {
      watcher = () => {
        controller.enqueue(encoder.encode(`event: state\ndata: ${JSON.stringify(kept.verification)}\n\n`));
        if (!kept.verification.result) return;
        stop();
        controller.close();
      };
      kept.watchers.add(watcher);
      signal.addEventListener('abort', stop, { once: true });
      watcher();
    },
    cancel: () => void stop(),
  });
}
