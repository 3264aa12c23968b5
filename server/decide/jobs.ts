import { newId } from '../clock.ts';
import type { AuthorityName } from '../contract/index.ts';
import type { Records } from '../db/store.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { applyChange, type ChangeDeps } from '../verification/change.ts';
import type { Asking } from './ask.ts';
import { type Case, type DecideDeps, decide } from './decide.ts';
import { gather } from './gather.ts';
import { type Answers, outcomeOf } from './policy.ts';

export type JobDeps = ChangeDeps &
  DecideDeps & {
    /** Time for each authority, milliseconds. */
    readonly limitMs: number;
    /** A decision whose process is silent for this long is taken up by another, milliseconds. */
    readonly leaseMs: number;
    /** Told about a decision that could not be written: it is taken up again. */
    readonly report: (fault: unknown, verification: string) => void;
  };

/** The decisions under way in this process. Each is leased: while the process lives, no other one takes it up. */
export type Jobs = {
  /** Names this process in the leases. */
  readonly holder: string;
  readonly leaseMs: number;
  /** Begins a decision that this process holds. */
  start(question: Case): void;
  isRunning(verification: string): boolean;
  /** The verification has ended otherwise: nobody waits for its authorities any more. */
  abandon(verification: string): void;
  /** Waits for all; those that take longer than `limitMs` are let go, for another process or the next start. */
  settle(limitMs: number): Promise<void>;
};

/** Answers that come so near to each other, or to the decision, are written together, milliseconds. */
const SOON_MS = 40;

type Running = { readonly abort: AbortController; readonly done: Promise<void>; readonly since: number };

export function createJobs(deps: JobDeps): Jobs {
  const { leaseMs } = deps;
  const holder = newId(deps.world);
  const running = new Map<string, Running>();
  const renewing = setInterval(() => {
    const old = performance.now() - leaseMs / 4;
    if ([...running.values()].some(({ since }) => since < old))
      renew(deps, holder, running).catch((fault) => deps.report(fault, 'all under way'));
  }, leaseMs / 3).unref();
  return {
    holder,
    leaseMs,
    start: (question) => {
      const abort = new AbortController();
      const id = question.verification;
      const done = run(deps, holder, question, abort.signal)
        .catch((fault) => deps.report(fault, id))
        .finally(() => running.get(id)?.abort === abort && running.delete(id));
      running.set(id, { abort, done, since: performance.now() });
    },
    isRunning: (id) => running.has(id),
    abandon: (id) => running.get(id)?.abort.abort(),
    settle: async (limitMs) => {
      let released: Promise<void> | undefined;
      const timer = setTimeout(() => {
        released = letGo(deps, holder, running);
      }, limitMs);
      await Promise.all([...running.values()].map(({ done }) => done));
      clearTimeout(timer);
      clearInterval(renewing);
      await released;
    },
  };
}

/** Those that are not this process's any more are dropped: another one decides. */
async function renew({ store, leaseMs }: JobDeps, holder: string, running: ReadonlyMap<string, Running>) {
  const before = [...running.keys()];
  const mine = await store.evidence.renew(holder, (await store.now()) + leaseMs);
  for (const id of before) if (!mine.includes(id)) running.get(id)?.abort.abort();
}

/** Should it fail, the leases are over by themselves soon. */
async function letGo(deps: JobDeps, holder: string, running: ReadonlyMap<string, Running>): Promise<void> {
  const all = [...running];
  for (const [, { abort }] of all) abort.abort();
  for (const [id] of all) {
    const release = async () => deps.store.evidence.release(id, holder, await deps.store.now());
    await release().catch((fault) => deps.report(fault, id));
  }
}

async function run(deps: JobDeps, holder: string, question: Case, signal: AbortSignal): Promise<void> {
  const { verification: id, round } = question;
  const answers: { -readonly [Name in keyof Answers]: Answers[Name] } = { ...question.answers };
  let lost = false;
  /** Only the process whose turn it is may write. */
  const ifHeld = async (records: Records): Promise<Refusal | undefined> => {
    lost = !(await records.evidence.isHeld(id, round, holder));
    return lost ? refuse('state-conflict') : undefined;
  };
  const write = async (news: readonly AuthorityName[]): Promise<void> => {
    const told = Object.fromEntries(news.map((name) => [name, outcomeOf(name, answers[name]!)]));
    const happening = { kind: 'authorities-answered', round, answers: told } as const;
    const also = async (records: Records) => {
      const stop = await ifHeld(records);
      if (!stop) await records.evidence.keepAnswers(id, JSON.stringify(answers));
      return stop;
    };
    const detail = { codes: codesOf(news) };
    await applyChange(deps, { id, happening, who: 'backend', detail, also });
  };
  const codesOf = (names: readonly AuthorityName[]) =>
    Object.fromEntries(names.map((name) => [name, answers[name]!.code]));
  const telling = gather(write, SOON_MS);
  const heard: Asking['heard'] = async (name, answer) => {
    // What is cut short has said nothing: whoever takes it up asks again.
    if (signal.aborted) return;
    answers[name] = answer;
    telling.add(name);
  };
  const { ending, note } = await decide(question, deps, { limitMs: deps.limitMs, signal, heard });
  // What came just now is written with the decision.
  await telling.stop();
  if (signal.aborted) return;
  const changed = await applyChange(deps, {
    id,
    happening: { kind: 'decided', round, ending },
    who: 'backend',
    detail: { ...(note === undefined ? {} : { note }), codes: codesOf(Object.keys(answers) as AuthorityName[]) },
    also: ifHeld,
  });
  // Refused means that it was cancelled or expired meanwhile, or is decided elsewhere: that ending stands.
  if (!lost && changed?.refused?.code === 'state-conflict') throw new Error('a decision did not fit its verification');
}
