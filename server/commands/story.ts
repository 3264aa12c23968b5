import { hashOf } from '../db/chain.ts';
import type { AuditRow, Db, PersonalRow } from '../db/tables.ts';

/** What the words of the audit mean; one that is missing here is told as it stands. */
const MEANING: Readonly<Record<string, string>> = {
  'verification-created': 'asked for a verification',
  'channel-reached': 'has it on the screen',
  'attempt-opened': 'opened an attempt',
  'evidence-received': 'handed its evidence over',
  'evidence-refused': 'handed over evidence that was refused',
  'authorities-answered': 'heard from authorities',
  decided: 'decided',
  assisted: 'asks less of somebody who cannot turn or nod',
  retried: 'took it up again for another attempt',
  'verification-verified': 'ended it: VERIFIED',
  'verification-rejected': 'ended it: rejected',
  'verification-expired': 'ended it: its time was over',
  'verification-cancelled': 'ended it: cancelled',
  'verification-unavailable': 'ended it: could not be had',
  'verification-appealed': 'took down an appeal',
};

/** A verification as the audit tells it, a line each, with a mark at lines that are not whole; undefined: unknown. */
export async function tellStory(db: Db, key: Uint8Array, verification: string): Promise<readonly string[] | undefined> {
  const lines = await db
    .selectFrom('audit')
    .selectAll()
    .where('verification', '=', verification)
    .orderBy('n')
    .execute();
  const [first] = lines;
  if (!first) return undefined;
  const told = [`verification ${verification}, chain ${first.chain} of the audit`, ''];
  for (const line of lines) {
    told.push(tell(line, first.at));
    const words = await personalWords(db, line);
    if (words) told.push(`${' '.repeat(38)}${words}`);
    if (!(await isWhole(db, key, line))) told.push(`${' '.repeat(38)}!! this line is not as it was written`);
  }
  const row = await db
    .selectFrom('verifications')
    .select(['state', 'outcome', 'reason'])
    .where('id', '=', verification)
    .executeTakeFirst();
  told.push(
    '',
    row ? `It stands at "${row.state}"${row.reason ? ` (${row.reason})` : ''}.` : 'Its row is gone from the database.',
  );
  return told;
}

function tell({ n, at, who, what, detail }: AuditRow, since: number): string {
  const when = `${new Date(at).toISOString().replace('T', ' ')} ${`+${((at - since) / 1000).toFixed(3)} s`.padStart(11)}`;
  const meaning = MEANING[what] ?? what.replaceAll('-', ' ');
  const said = Object.entries(JSON.parse(detail) as Record<string, unknown>).map(
    ([name, value]) => `${name} ${plain(value)}`,
  );
  return `${when}  ${who} ${meaning}${said.length > 0 ? ` (${said.join(', ')})` : ''}  [line ${n}]`;
}

const plain = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([name, inner]) => `${name}: ${plain(inner)}`)
        .join(', ')
    : String(value);

async function personalWords(db: Db, { personal }: AuditRow): Promise<string | undefined> {
  if (personal === null) return undefined;
  const query = db.selectFrom('audit_personal').selectAll().where('digest', '=', personal);
  const row: PersonalRow | undefined = await query.executeTakeFirst();
  if (row?.words) return plain(JSON.parse(row.words));
  return row?.erased_at ? `about a person, forgotten ${new Date(row.erased_at).toISOString()}` : 'about a person: gone';
}

async function isWhole(db: Db, key: Uint8Array, line: AuditRow): Promise<boolean> {
  const before = db
    .selectFrom('audit')
    .select('hash')
    .where('chain', '=', line.chain)
    .where('n', '=', line.n - 1);
  const previous = line.n === 1 ? '' : (await before.executeTakeFirst())?.hash;
  return previous !== undefined && hashOf(key, previous, line) === line.hash;
}
