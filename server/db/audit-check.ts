import { CHAINS, type ChainHead, digestOf, hashOf, signHead } from './chain.ts';
import type { AuditRow, Db } from './tables.ts';

/** What is wrong with the audit, and where: `n` counts the lines of a chain from 1. */
export type Finding =
  /** It does not fit its hash, or its hash not the line before: changed, exchanged, or put in. */
  | { readonly kind: 'changed'; readonly chain: number; readonly n: number }
  | { readonly kind: 'missing'; readonly chain: number; readonly from: number; readonly to: number }
  /** Taken off the end. */
  | { readonly kind: 'cut-off'; readonly chain: number; readonly from: number; readonly to: number }
  /** The head of the chain is gone, not signed with the key, or does not fit the lines. */
  | { readonly kind: 'head-wrong'; readonly chain: number }
  /** A checkpoint saw another line here: everything was put back to an earlier state. */
  | { readonly kind: 'rolled-back'; readonly chain: number; readonly n: number }
  /** The words about a person that belong to this line are gone, though nobody erased them, or others. */
  | { readonly kind: 'personal-changed'; readonly chain: number; readonly n: number }
  /** A verification stands in the database of which the audit knows nothing. */
  | { readonly kind: 'unaudited'; readonly verification: string };

export type AuditReport = {
  readonly lines: number;
  /** Lines with words about a person, and how many of them were erased. */
  readonly personal: number;
  readonly erased: number;
  readonly findings: readonly Finding[];
  /** What a later check can hold against the database. */
  readonly heads: readonly ChainHead[];
};

export type AuditCheck = {
  readonly key: Uint8Array;
  /** Heads that were kept elsewhere. */
  readonly checkpoint?: readonly ChainHead[];
  readonly progress?: (lines: number, of: number) => void;
};

const PAGE = 2000;
/** So many verifications without a line are told. */
const UNAUDITED = 20;

/** Reads every line. May run while the backend does: lines never change, and later ones are the next check's. */
export async function checkAudit(db: Db, check: AuditCheck): Promise<AuditReport> {
  const before = await db.selectFrom('audit_heads').selectAll().orderBy('chain').execute();
  const of = before.reduce((sum, { n }) => sum + n, 0);
  const all: ChainReport[] = [];
  let lines = 0;
  const progress = (more: number) => {
    lines += more;
    check.progress?.(lines, of);
  };
  for (let chain = 0; chain < CHAINS; chain++) {
    const head = before.find((each) => each.chain === chain);
    all.push(await checkChain(db, check, chain, head, progress));
  }
  return {
    lines,
    personal: all.reduce((sum, each) => sum + each.personal, 0),
    erased: all.reduce((sum, each) => sum + each.erased, 0),
    findings: [...all.flatMap(({ findings }) => findings), ...(await unaudited(db))],
    heads: before.map(({ chain, n, hash }) => ({ chain, n, hash })),
  };
}

type ChainReport = { lines: number; personal: number; erased: number; readonly findings: Finding[] };
type SignedHead = ChainHead & { readonly mac: string };

async function checkChain(
  db: Db,
  { key, checkpoint }: AuditCheck,
  chain: number,
  head: SignedHead | undefined,
  progress: (lines: number) => void,
): Promise<ChainReport> {
  const report: ChainReport = { lines: 0, personal: 0, erased: 0, findings: [] };
  const kept = checkpoint?.find((each) => each.chain === chain);
  const seen = new Map<number, string>([[0, '']]);
  let last: ChainHead = { chain, n: 0, hash: '' };
  for await (const page of pagesOf(db, chain)) {
    for (const line of page) {
      const wrong = checkLine(key, last, line);
      if (wrong) report.findings.push(wrong);
      if (line.n === head?.n || line.n === kept?.n) seen.set(line.n, line.hash);
      last = line;
    }
    report.lines += page.length;
    await checkPersonal(db, key, page, report);
    progress(page.length);
  }
  const cut = head !== undefined && head.n > last.n;
  if (cut) report.findings.push({ kind: 'cut-off', chain, from: last.n + 1, to: head.n });
  const fits = head && signHead(key, head) === head.mac && (cut || seen.get(head.n) === head.hash);
  if (!fits || (await runsPastItsHead(db, last))) report.findings.push({ kind: 'head-wrong', chain });
  if (kept && seen.get(kept.n) !== kept.hash) report.findings.push({ kind: 'rolled-back', chain, n: kept.n });
  return report;
}

async function* pagesOf(db: Db, chain: number): AsyncGenerator<readonly AuditRow[], void> {
  const lines = db.selectFrom('audit').selectAll().where('chain', '=', chain).orderBy('n').limit(PAGE);
  for (let last = 0; ; ) {
    const page = await lines.where('n', '>', last).execute();
    yield page;
    if (page.length < PAGE) return;
    last = page.at(-1)!.n;
  }
}

function checkLine(key: Uint8Array, last: ChainHead, line: AuditRow): Finding | undefined {
  const { chain, n } = line;
  // After a gap, what it should be chained to is not known.
  if (n > last.n + 1) return { kind: 'missing', chain, from: last.n + 1, to: n - 1 };
  return hashOf(key, last.hash, line) === line.hash ? undefined : { kind: 'changed', chain, n };
}

/** Lines that no head knows were not written by the backend. */
async function runsPastItsHead(db: Db, { chain, n }: ChainHead): Promise<boolean> {
  const now = await db.selectFrom('audit_heads').select('n').where('chain', '=', chain).executeTakeFirst();
  return !now || now.n < n;
}

async function checkPersonal(db: Db, key: Uint8Array, page: readonly AuditRow[], report: ChainReport): Promise<void> {
  const lines = page.filter(({ personal }) => personal !== null);
  if (lines.length === 0) return;
  const digests = lines.map(({ personal }) => personal!);
  const rows = await db.selectFrom('audit_personal').selectAll().where('digest', 'in', digests).execute();
  const found = new Map(rows.map((row) => [row.digest, row]));
  for (const { chain, n, personal } of lines) {
    const row = found.get(personal!);
    report.personal++;
    if (row?.words === null && row.erased_at !== null) report.erased++;
    else if (!row || digestOf(key, row.salt ?? '', row.words ?? '') !== personal)
      report.findings.push({ kind: 'personal-changed', chain, n });
  }
}

async function unaudited(db: Db): Promise<readonly Finding[]> {
  const rows = await db
    .selectFrom('verifications')
    .select('id')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('audit').select('n').whereRef('audit.verification', '=', 'verifications.id'))),
    )
    .limit(UNAUDITED)
    .execute();
  return rows.map(({ id }) => ({ kind: 'unaudited', verification: id }));
}
