import type { World } from '../clock.ts';
import type { Records, Store } from '../db/store.ts';
import type { VerificationRow } from '../db/tables.ts';
import { RunAgain } from '../db/transaction.ts';
import { keepByTerms } from '../keep/terms.ts';
import { type Refusal, type RefusalCode, refuse } from '../refusal.ts';
import { type Facts, type Happening, hasEnded, type Rules, step } from './machine.ts';
import { type Sign, writeReceipt } from './receipt.ts';
import { factsOf, viewOf } from './view.ts';

/** What a change of a verification needs. */
export type ChangeDeps = {
  readonly store: Store;
  readonly world: World;
  readonly sign: Sign;
  /** Called after the change is on the disk. */
  readonly announce: (id: string) => void;
  /** Told after a change that ended one or contested its ending. */
  readonly ended?: (row: VerificationRow) => void;
  readonly rules: Rules;
  /** Version of the rules by which is decided, for the receipt. */
  readonly policy: string;
  /** How long an appeal keeps what a person needs to decide it, milliseconds. */
  readonly appealMs: number;
};

export type Change = {
  readonly id: string;
  /** Made from what stands in the database, within the transaction. */
  readonly happening: Happening | ((records: Records, row: VerificationRow) => Promise<Happening>);
  /** For the audit: `kiosk:ID` or `backend`. */
  readonly who: string;
  readonly detail?: Readonly<Record<string, unknown>>;
  /** Columns that belong to this happening. */
  readonly columns?: (now: number) => Partial<VerificationRow>;
  /** What else is written with it, all or nothing; a refusal leaves everything as it was. */
  readonly also?: (records: Records, row: VerificationRow) => Promise<Refusal | undefined>;
};

export type Changed = { readonly row: VerificationRow; readonly refused?: Refusal };

/** Applies one happening: state, event, audit line and, at the end, the receipt, in one transaction. */
export async function applyChange(deps: ChangeDeps, change: Change): Promise<Changed | undefined> {
  const changed = await deps.store.transaction((records) => tryChange(deps, records, change));
  if (changed?.written) {
    deps.announce(change.id);
    if (hasEnded(factsOf(changed.row).state)) deps.ended?.(changed.row);
  }
  return changed;
}

/** The same as a part of a transaction: to announce it is left to whoever commits. */
export const changeWithin = (deps: ChangeDeps, records: Records, change: Change): Promise<Changed | undefined> =>
  tryChange(deps, records, change);

type Tried = (Changed & { readonly written: boolean }) | undefined;

async function tryChange(deps: ChangeDeps, records: Records, change: Change): Promise<Tried> {
  const row = await records.verifications.find(change.id);
  if (!row) return undefined;
  const before = factsOf(row);
  const happening = typeof change.happening === 'function' ? await change.happening(records, row) : change.happening;
  const now = await records.now();
  const { facts, refused } = step(before, happening, now, deps.rules);
  if (!refused) {
    const stop = await change.also?.(records, row);
    if (stop) return { row, refused: stop, written: false };
  }
  const no = refused ? { refused: refuse(refused satisfies RefusalCode) } : {};
  if (facts === before) return { row, ...no, written: false };
  const columns = refused ? {} : (change.columns?.(now) ?? {});
  const after = await rowAfter(deps, records, { ...row, ...columns }, facts, now);
  if (!(await records.verifications.change(row, after))) throw new RunAgain('a verification was changed by another');
  await keepByTerms(records, deps, { id: row.id, facts, by: happening.kind, now });
  await records.verifications.addEvent(eventOf(after, deps.rules));
  await records.audit.append({
    at: now,
    who: refused ? 'backend' : change.who,
    what: hasEnded(facts.state) ? `verification-${facts.state}` : happening.kind,
    verification: row.id,
    detail: { ...(refused ? {} : change.detail), ...(after.reason === null ? {} : { reason: after.reason }) },
  });
  return { row: after, ...no, written: true };
}

export const eventOf = (row: VerificationRow, rules: Rules) => ({
  verification: row.id,
  revision: row.revision,
  data: JSON.stringify(viewOf(row, rules)),
});

async function rowAfter(
  deps: ChangeDeps,
  records: Records,
  row: VerificationRow,
  facts: Facts,
  now: number,
): Promise<VerificationRow> {
  const next: VerificationRow = {
    ...row,
    state: facts.state,
    answered: JSON.stringify(facts.answered),
    round: facts.round,
    assistance: facts.assistance,
    expires_at: facts.expiresAt,
    reopen_until: facts.reopenUntil ?? null,
    revision: row.revision + 1,
  };
  if (!facts.ending)
    return { ...next, outcome: null, reason: null, authorities: null, receipt: null, decided_at: null };
  const { outcome, reason, authorities } = facts.ending;
  const ended = { ...next, outcome, reason, authorities: JSON.stringify(authorities) };
  const decided = { ...ended, decided_at: row.decided_at ?? now };
  const store = (await records.kiosks.find(row.kiosk))?.store ?? '';
  return { ...decided, receipt: writeReceipt(deps, decided, store, now) };
}
