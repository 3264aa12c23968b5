import { MAX_SKEW_MS } from '../contract/signature.ts';
import { repeat } from '../repeat.ts';
import type { ChangeDeps } from './change.ts';
import { expire } from './find.ts';

const BATCH = 100;
/** Another process goes on this long after one died in the middle of a sweep, milliseconds. */
const LEASE_MS = 10_000;

/**
 * Ends everything that is overdue, and forgets nonces that are too old to be replayed. Of several processes one does
 * it; where there is nothing to do, nothing is written. @returns how many ended.
 */
export async function sweep(deps: ChangeDeps): Promise<number> {
  const now = await deps.store.now();
  const old = now - MAX_SKEW_MS;
  const idle =
    (await deps.store.verifications.overdue(now, 1)).length === 0 && !(await deps.store.kiosks.hasNonces(old));
  if (idle) return 0;
  const swept = await deps.store.exclusively('sweep', LEASE_MS, async (lost) => {
    const ended = await endOverdue(deps, now, lost);
    await deps.store.kiosks.dropNonces(old);
    return ended;
  });
  return swept.held ? swept.result : 0;
}

async function endOverdue(deps: ChangeDeps, now: number, lost: AbortSignal): Promise<number> {
  for (let ended = 0; ; ) {
    const ids = await deps.store.verifications.overdue(now, BATCH);
    for (const id of ids) {
      if (lost.aborted) return ended;
      await expire(deps, id);
      ended++;
    }
    if (ids.length < BATCH) return ended;
  }
}

/** Sweeps now and every `everyMs`. A sweep that fails is reported and tried again. @returns how to stop it. */
export const startSweep = (deps: ChangeDeps, everyMs: number, report: (fault: unknown) => void) =>
  repeat(() => sweep(deps), everyMs, report);
