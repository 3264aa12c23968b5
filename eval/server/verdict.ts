import type { VerificationState } from '../../server/contract/index.ts';
import { checkAudit } from '../../server/db/audit-check.ts';
import type { Engine } from '../../server/db/engine.ts';
import { hasEnded } from '../../server/verification/machine.ts';
import type { Learned } from './persistent.ts';

/** What the database says after the storm, beside what the kiosks learned. */
export type Verdict = {
  readonly asked: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Asked for, and no outcome, at the kiosk or in the database. */
  readonly lost: readonly string[];
  /** More than one verification for a key, or more than one ending of one. */
  readonly doubled: readonly string[];
  /** The kiosk learned another outcome than the database holds. */
  readonly different: readonly string[];
  readonly auditFindings: number;
  readonly auditLines: number;
};

export async function examine({ db }: Engine, auditKey: Uint8Array, learned: readonly Learned[]): Promise<Verdict> {
  const outcomes: Record<string, number> = {};
  const [lost, doubled, different]: [string[], string[], string[]] = [[], [], []];
  for (const { key, verification } of learned) {
    const rows = await db.selectFrom('verifications').selectAll().where('idempotency_key', '=', key).execute();
    const [row] = rows;
    if (rows.length > 1) doubled.push(key);
    if (!row?.receipt || !verification?.result) {
      lost.push(key);
      continue;
    }
    const events = await db.selectFrom('events').selectAll().where('verification', '=', row.id).execute();
    const endings = events.filter(({ data }) => hasEnded((JSON.parse(data) as { state: VerificationState }).state));
    if (endings.length !== 1) doubled.push(key);
    if (row.outcome !== verification.result.outcome || row.receipt !== verification.result.receipt) different.push(key);
    outcomes[row.state] = (outcomes[row.state] ?? 0) + 1;
  }
  const audit = await checkAudit(db, { key: auditKey });
  const { length: asked } = learned;
  return { asked, outcomes, lost, doubled, different, auditFindings: audit.findings.length, auditLines: audit.lines };
}
