import { applyChange, type ChangeDeps } from '../verification/change.ts';
import type { Asking } from './ask.ts';
import { type Case, type DecideDeps, decide } from './decide.ts';
import { outcomeOf } from './policy.ts';

export type JobDeps = ChangeDeps &
  DecideDeps & {
    /** Time for each authority, milliseconds. */
    readonly limitMs: number;
    /** Told about a decision that could not be written: it will expire. */
    readonly report: (fault: unknown, verification: string) => void;
  };

/** The decisions under way in this process. */
export type Jobs = {
  start(question: Case): void;
  /** The verification has ended otherwise: nobody waits for its authorities any more. */
  abandon(verification: string): void;
  /** Waits for all; those that take longer than `limitMs` are cut short and end as unavailable. */
  settle(limitMs: number): Promise<void>;
};

export function createJobs(deps: JobDeps): Jobs {
  const running = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();
  return {
    start: (question) => {
      const abort = new AbortController();
      const id = question.verification;
      const done = run(deps, question, abort.signal)
        .catch((fault) => deps.report(fault, id))
        .finally(() => running.delete(id));
      running.set(id, { abort, done });
    },
    abandon: (id) => running.get(id)?.abort.abort(),
    settle: async (limitMs) => {
      const all = [...running.values()];
      const timer = setTimeout(() => {
        for (const { abort } of all) abort.abort();
      }, limitMs);
      await Promise.all(all.map(({ done }) => done));
      clearTimeout(timer);
    },
  };
}

async function run(deps: JobDeps, question: Case, signal: AbortSignal): Promise<void> {
  const { verification: id, round } = question;
  const codes: Record<string, string> = {};
  const heard: Asking['heard'] = async (name, answer) => {
    const { code } = answer;
    codes[name] = code;
    const happening = { kind: 'authority-answered', round, name, outcome: outcomeOf(name, answer) } as const;
    await applyChange(deps, { id, happening, who: 'backend', detail: { authority: name, code } });
  };
  const { ending, note } = await decide(question, deps, { limitMs: deps.limitMs, signal, heard });
  const detail = { ...(note === undefined ? {} : { note }), codes };
  const changed = await applyChange(deps, {
    id,
    happening: { kind: 'decided', round, ending },
    who: 'backend',
    detail,
  });
  // Refused means that it was cancelled or expired meanwhile: that ending stands.
  if (changed?.refused?.code === 'state-conflict') throw new Error('a decision did not fit its verification');
}
