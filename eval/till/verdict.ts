import type { VerificationState } from '../../server/contract/index.ts';
import type { Engine } from '../../server/db/engine.ts';
import { hasEnded } from '../../server/verification/machine.ts';
import type { View } from '../../till/till.ts';
import type { Learned } from './ask.ts';

/** What the backend holds after the storm, beside what the tills learned. */
export type Verdict = {
  readonly asked: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** No outcome, at the till or in the backend. */
  readonly lost: readonly string[];
  /** More than one verification of a sale, or more than one ending of a round. */
  readonly doubled: readonly string[];
  /** The till learned another outcome than the backend holds, or was told two of one round. */
  readonly different: readonly string[];
  /** A call of the till that went past its limit. */
  readonly hanging: readonly string[];
};

/** @param limitMs of a till's longest call. @param later what the kiosk says of the sale when all is calm. */
export async function examine(
  { db }: Engine,
  learned: readonly Learned[],
  limitMs: number,
  later: ReadonlyMap<string, readonly View[]>,
): Promise<Verdict> {
  const outcomes: Record<string, number> = {};
  const [lost, doubled, different, hanging]: [string[], string[], string[], string[]] = [[], [], [], []];
  for (const { sale, view, told, longestMs, codes } of learned) {
    if (longestMs > limitMs) hanging.push(`${sale}: ${Math.round(longestMs)} ms`);
    const rows = await db.selectFrom('verifications').selectAll().where('sale', '=', sale).execute();
    const held = later.get(sale) ?? [];
    if (rows.length > 1 || held.length > 1)
      doubled.push(`${sale}: ${rows.length} at the backend, ${held.length} at the kiosk`);
    const [row] = rows;
    // It waited in the queue, and its kiosk ended first.
    if (!row && view?.outcome && view.rounds === 0 && told.length === 1) {
      outcomes['over before it began'] = (outcomes['over before it began'] ?? 0) + 1;
      continue;
    }
    if (!row?.receipt || !view) {
      lost.push(
        `${sale}: the till ${view?.outcome ?? `nothing (${codes.join(', ')})`}, the backend ${row?.state ?? 'nothing'}`,
      );
      continue;
    }
    const events = await db.selectFrom('events').selectAll().where('verification', '=', row.id).execute();
    const endings = events.filter(({ data }) => hasEnded((JSON.parse(data) as { state: VerificationState }).state));
    if (endings.length !== row.round) doubled.push(`${sale}: ${endings.length} endings of ${row.round} rounds`);
    const same = view.outcome === row.outcome && (view.receipt ?? row.receipt) === row.receipt;
    const stays = held.every((one) => one.outcome === row.outcome && one.receipt === row.receipt);
    const rounds = told.map((one) => one.split(' ')[0]);
    if (!same || !stays || new Set(rounds).size !== rounds.length)
      different.push(
        `${sale}: told ${told.join(' and ')}, later ${held.map(({ outcome }) => outcome)}, held ${row.outcome} ${row.reason}`,
      );
    outcomes[row.state] = (outcomes[row.state] ?? 0) + 1;
  }
  return { asked: learned.length, outcomes, lost, doubled, different, hanging };
}
