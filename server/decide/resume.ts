import type { EvidenceRow } from '../db/evidence.ts';
import type { VerificationRow } from '../db/tables.ts';
import { repeat } from '../repeat.ts';
import { applyChange, type ChangeDeps } from '../verification/change.ts';
import type { Answered } from '../verification/machine.ts';
import { type CaseDeps, keptCase } from './case.ts';
import type { Jobs } from './jobs.ts';
import { NOBODY_ASKED } from './policy.ts';

export type ResumeDeps = ChangeDeps & CaseDeps & { readonly jobs: Jobs };

/** At a time: the others are for other processes, or the next look. */
const BATCH = 20;
/** So often in one round: what ends its process each time must not go round among all of them. */
const MOST = 5;

type Taken = {
  readonly row: VerificationRow;
  readonly kept: EvidenceRow & { rest: Uint8Array };
  /** Whether it was taken up too often before. */
  readonly hopeless: boolean;
};

/** Takes up decisions whose process is gone. @returns how many. */
export async function resumeDecisions(deps: ResumeDeps): Promise<number> {
  let resumed = 0;
  for (const id of await deps.store.evidence.abandoned(await deps.store.now(), BATCH)) {
    if (deps.jobs.isRunning(id)) continue;
    const taken = await take(deps, id);
    if (!taken) continue;
    resumed++;
    await begin(deps, taken);
  }
  return resumed;
}

/** Of several processes one gets it. What is overdue is left to expire. */
function take({ store, jobs }: ResumeDeps, id: string): Promise<Taken | undefined> {
  return store.transaction(async (records) => {
    const row = await records.verifications.find(id);
    const kept = await records.evidence.find(id);
    const now = await records.now();
    if (!row || !kept?.rest || row.state !== 'matching' || row.round !== kept.round || row.expires_at <= now)
      return undefined;
    if (!(await records.evidence.take(id, jobs.holder, now, now + jobs.leaseMs))) return undefined;
    const answered = Object.keys(JSON.parse(kept.answers)).join(' ');
    const before = (await records.audit.of(id)).filter(
      ({ what, detail }) => what === RESUMED && isOf(detail, row.round),
    );
    const line = { at: now, who: 'backend', what: RESUMED, verification: id };
    await records.audit.append({ ...line, detail: { round: row.round, answered } });
    return { row, kept: { ...kept, rest: kept.rest }, hopeless: before.length >= MOST };
  });
}

const RESUMED = 'decision-resumed';
const isOf = (detail: string, round: number): boolean => (JSON.parse(detail) as { round?: number }).round === round;

async function begin(deps: ResumeDeps, { row, kept, hopeless }: Taken): Promise<void> {
  if (hopeless) return giveUp(deps, row, 'taken up too often');
  try {
    deps.jobs.start(await keptCase(deps, row, kept));
  } catch (error) {
    await giveUp(deps, row, 'what was kept cannot be read');
    throw error;
  }
}

async function giveUp(deps: ResumeDeps, { id, round, answered }: VerificationRow, note: string): Promise<void> {
  const authorities = { ...NOBODY_ASKED, ...(JSON.parse(answered) as Answered) };
  const ending = { outcome: 'unavailable', reason: 'backend-fault', authorities } as const;
  await applyChange(deps, { id, happening: { kind: 'decided', round, ending }, who: 'backend', detail: { note } });
}

/** Looks now and every `everyMs`; a look that fails is reported. @returns how to stop it. */
export const startResuming = (deps: ResumeDeps, everyMs: number, report: (fault: unknown) => void) =>
  repeat(() => resumeDecisions(deps), everyMs, report);
