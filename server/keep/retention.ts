import { chinaDay } from '../authorities/throttle/throttle.ts';
import type { Dropped } from '../db/keeping/retention.ts';
import type { Records, Store } from '../db/store.ts';
import { repeat } from '../repeat.ts';
import type { Retention } from './config.ts';

const DAY_MS = 86_400_000;
/** Counts of wrong tries at the bank are long over by then. */
const TRIES_DAYS = 60;
/** Rows of a transaction: others write in between. */
const BATCH = 500;
/** Another process goes on this long after one died at it, milliseconds. */
const LEASE_MS = 15_000;

/** Takes away what is too old. Of several processes one does it; where there is nothing, nothing is written. */
export async function retain(store: Store, retention: Retention): Promise<Dropped> {
  const now = await store.now();
  await store.throttles.sweep({ day: chinaDay(now - DAY_MS), changedAt: now - TRIES_DAYS * DAY_MS });
  const events = now - retention.eventsDays * DAY_MS;
  const old = now - retention.verificationsDays * DAY_MS;
  if (await isIdle(store, now, events, old)) return {};
  const done = await store.exclusively('retention', LEASE_MS, async (lost) => {
    const total: Record<string, number> = {};
    const batches = [dated(now), verifications(old), thinned(events)];
    for (const batch of batches)
      while (!lost.aborted) {
        const dropped = await store.transaction((records) => dropBatch(records, batch, now));
        for (const [name, n] of Object.entries(dropped ?? {})) total[name] = (total[name] ?? 0) + n;
        if (!dropped) break;
      }
    return total;
  });
  return done.held ? done.result : {};
}

async function isIdle({ keeping }: Store, now: number, events: number, old: number): Promise<boolean> {
  if (await keeping.hasDated(now)) return false;
  return (await keeping.oldVerifications(old, 1)).length === 0 && !(await keeping.hasEvents(events));
}

/** @returns undefined when there is nothing more to drop. */
type Batch = (records: Records) => Promise<Dropped | undefined>;

const dated =
  (now: number): Batch =>
  async ({ keeping }) => {
    const dropped = await keeping.dropDated(now, BATCH);
    return sumOf(dropped) === 0 ? undefined : dropped;
  };

const verifications =
  (before: number): Batch =>
  async ({ keeping }) => {
    const ids = await keeping.oldVerifications(before, BATCH);
    return ids.length === 0 ? undefined : keeping.dropVerifications(ids);
  };

const thinned =
  (before: number): Batch =>
  ({ keeping }) =>
    keeping.thinEvents(before, BATCH);

/** The audit says how many of what, in the same transaction; not whose. */
async function dropBatch(records: Records, batch: Batch, now: number): Promise<Dropped | undefined> {
  const dropped = await batch(records);
  if (!dropped || sumOf(dropped) === 0) return dropped;
  const detail = Object.fromEntries(Object.entries(dropped).filter(([, n]) => n > 0));
  await records.audit.append({ at: now, who: 'backend', what: 'retention', detail });
  return dropped;
}

const sumOf = (dropped: Dropped): number => Object.values(dropped).reduce((sum, n) => sum + n, 0);

/** Looks now and every `everyMs`. A turn that fails is reported and tried again. @returns how to stop it. */
export const startRetention = (
  store: Store,
  retention: Retention,
  everyMs: number,
  report: (fault: unknown) => void,
): (() => Promise<void>) => repeat(() => retain(store, retention), everyMs, report);
