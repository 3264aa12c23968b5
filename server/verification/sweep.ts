import { MAX_SKEW_MS } from '../contract/signature.ts';
import type { ChangeDeps } from './change.ts';
import { expire } from './find.ts';

const BATCH = 100;

/** Ends everything that is overdue, and forgets nonces that are too old to be replayed. @returns how many ended. */
export async function sweep(deps: ChangeDeps): Promise<number> {
  const now = deps.world.now();
  let ended = 0;
  for (;;) {
    const ids = await deps.store.verifications.overdue(now, BATCH);
    for (const id of ids) await expire(deps, id);
    ended += ids.length;
    if (ids.length < BATCH) break;
  }
  await deps.store.kiosks.dropNonces(now - MAX_SKEW_MS);
  return ended;
}

/** Sweeps now and every `everyMs`. A sweep that fails is reported and tried again. @returns how to stop it. */
export function startSweep(deps: ChangeDeps, everyMs: number, report: (fault: unknown) => void): () => Promise<void> {
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  const turn = () => {
    running = sweep(deps)
      .catch(report)
      .then(() => {
        if (!stopped) timer = setTimeout(turn, everyMs);
      });
  };
  let timer = setTimeout(turn, 0);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
