import { newId, type World } from '../clock.ts';
import type { Records, Store } from '../db/store.ts';
import type { VerificationRow } from '../db/tables.ts';
import type { Receipt } from '../receipts/receipt.ts';
import { type Refusal, type RefusalCode, refuse } from '../refusal.ts';
import { type Facts, type Happening, isTerminal, step } from './machine.ts';
import { factsOf, viewOf } from './view.ts';

/** What a change of a verification needs. */
export type ChangeDeps = {
  readonly store: Store;
  readonly world: World;
  readonly sign: (receipt: Omit<Receipt, 'iss'>) => string;
  /** Called after the change is on the disk. */
  readonly announce: (id: string) => void;
  /** Version of the rules, for the receipt. */
  readonly policy: string;
};

export type Change = {
  readonly id: string;
  /** Made from what stands in the database, within the transaction. */
  readonly happening: Happening | ((records: Records, row: VerificationRow) => Promise<Happening>);
  /** For the audit: `kiosk:ID` or `backend`. */
  readonly who: string;
  readonly detail?: Readonly<Record<string, unknown>>;
  /** What else is written with it, all or nothing; a refusal leaves everything as it was. */
  readonly also?: (records: Records, row: VerificationRow) => Promise<Refusal | undefined>;
};

export type Changed = { readonly row: VerificationRow; readonly refused?: Refusal };

/** Applies one happening: state, event, audit line and, at the end, the receipt, in one transaction. */
export async function applyChange(deps: ChangeDeps, change: Change): Promise<Changed | undefined> {
  for (let tries = 0; tries < 20; tries++) {
    const changed = await deps.store.transaction((records) => tryChange(deps, records, change));
    if (changed === 'again') continue;
    if (changed?.written) deps.announce(change.id);
    return changed;
  }
  throw new Error('a verification was changed by others 20 times in a row');
}

type Tried = (Changed & { readonly written: boolean }) | undefined | 'again';

async function tryChange(deps: ChangeDeps, records: Records, change: Change): Promise<Tried> {
  const row = await records.verifications.find(change.id);
  if (!row) return undefined;
  const before = factsOf(row);
  const happening = typeof change.happening === 'function' ? await change.happening(records, row) : change.happening;
  const now = deps.world.now();
  const { facts, refused } = step(before, happening, now);
  if (!refused) {
    const stop = await change.also?.(records, row);
    if (stop) return { row, refused: stop, written: false };
  }
  const no = refused ? { refused: refuse(refused satisfies RefusalCode) } : {};
  if (facts === before) return { row, ...no, written: false };
  const after = await rowAfter(deps, records, row, facts, now);
  if (!(await records.verifications.change(row, after))) return 'again';
  await records.verifications.addEvent(eventOf(after));
  await records.audit.append({
    at: now,
    who: refused ? 'backend' : change.who,
    what: isTerminal(facts.state) ? `verification-${facts.state}` : happening.kind,
    verification: row.id,
    detail: { ...(refused ? {} : change.detail), ...(after.reason === null ? {} : { reason: after.reason }) },
  });
  return { row: after, ...no, written: true };
}

export const eventOf = (row: VerificationRow) => ({
  verification: row.id,
  revision: row.revision,
  data: JSON.stringify(viewOf(row)),
});

async function rowAfter(
  deps: ChangeDeps,
  records: Records,
  row: VerificationRow,
  facts: Facts,
  now: number,
): Promise<VerificationRow> {
  const next = { ...row, state: facts.state, answered: JSON.stringify(facts.answered), revision: row.revision + 1 };
  if (!facts.ending) return next;
  const { outcome, reason, authorities } = facts.ending;
  const receipt = deps.sign({
    jti: newId(deps.world),
    iat: Math.floor(now / 1000),
    verification: row.id,
    sale: row.sale,
    till: row.till,
    kiosk: row.kiosk,
    store: (await records.kiosks.find(row.kiosk))?.store ?? '',
    channel: row.channel,
    outcome,
    reason,
    authorities,
    subject: { name: row.subject_name, id: row.subject_id },
    by_hand: false,
    policy: deps.policy,
  });
  return { ...next, outcome, reason, authorities: JSON.stringify(authorities), receipt, decided_at: now };
}
