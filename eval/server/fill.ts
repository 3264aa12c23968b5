import Database from 'better-sqlite3';
import pg from 'pg';

const VERIFICATION = `id, kiosk, till, sale, channel, idempotency_key, request, person, subject_name, subject_id, state,
  created_at, expires_at, answered, revision, outcome, reason, authorities, receipt, decided_at, cardholder_name, cardholder_id`;

/** A million at one a second is not yet what retention takes away. */
const SINCE = Date.now() - 20 * 86_400_000;

/** Rows as verifications of the past have left them; `n` is their number, `||` joins text on both engines. */
const rows = (numbers: string, kiosk: string) => [
  `insert into verifications (${VERIFICATION}) select 'old-' || n, ${kiosk}, 'till', 'sale-' || n, 'kiosk', 'key-' || n,
    'request', 'person-' || (n % 50000), '张*', '110***********002X', 'verified', ${SINCE} + n * 1000,
    ${SINCE + 120_000} + n * 1000, '{}', 8, 'verified', 'matched',
    '{"bank":"match","police":"match","insurer":"match"}', 'a-receipt-of-some-length-' || n, ${SINCE + 10_000} + n * 1000,
    '张*', '110***********002X' from ${numbers}`,
  `insert into attempts (id, verification, kiosk, person, number, nonce, plan, created_at, expires_at, evidence, used_at)
    select 'attempt-' || n, 'old-' || n, ${kiosk}, 'person-' || (n % 50000), 1, 'nonce',
    '{"steps":[{"challenge":"turn-left","holdMs":700},{"challenge":"nod-up","holdMs":400}],"stepLimitMs":8000,"totalLimitMs":40000}',
    ${SINCE + 1000} + n * 1000, ${SINCE + 120_000} + n * 1000, 'evidence', ${SINCE + 5000} + n * 1000 from ${numbers}`,
  `insert into events (verification, revision, data) select 'old-' || n, 8, '{"state":"verified"}' from ${numbers}`,
];

/** The kiosks of the measurement get a fair share of them: their own past is what lookups walk through. */
const OLD_KIOSK = `'old-kiosk-' || (n % 100)`;

/** Puts that many finished verifications into the database of a backend that is not running. */
export function fillSqlite(path: string, count: number, own: string): void {
  const db = new Database(path);
  db.pragma('synchronous = OFF');
  const numbers = `(with recursive series (n) as (select 1 union all select n + 1 from series where n < ${count}) select n from series)`;
  try {
    db.transaction(() => {
      for (const statement of rows(numbers, kioskOf(own))) db.exec(statement);
    })();
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.exec('analyze');
  } finally {
    db.close();
  }
}

export async function fillPostgres(url: string, count: number, own: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query('set synchronous_commit = off; set statement_timeout = 0');
    for (const statement of rows(`generate_series(1, ${count}) as series (n)`, kioskOf(own)))
      await client.query(statement);
    await client.query('analyze');
  } finally {
    await client.end();
  }
}

const kioskOf = (own: string): string =>
  `case when n % 10 = 0 then '${own.replace(/[^\w-]/g, '')}' else ${OLD_KIOSK} end`;
