import { sql } from 'kysely';
import { newId, type World } from '../clock.ts';
import type { Db } from './tables.ts';

/** `held`: whether this one did the work, as opposed to another process at the same time. */
export type Leased<T> = { readonly held: true; readonly result: T } | { readonly held: false };

export type Work<T> = (
  /** Aborts when the lease was lost: another process may do the work by now. */
  signal: AbortSignal,
) => Promise<T>;

/**
 * Does `work` unless another process is at it. The lease is held while the work goes on; of a process that died, it is
 * over after `leaseMs` by the database's clock.
 */
export async function exclusively<T>(
  db: Db,
  world: World,
  lease: { readonly name: string; readonly leaseMs: number },
  work: Work<T>,
): Promise<Leased<T>> {
  const holder = newId(world);
  if (!(await take(db, holder, lease))) return { held: false };
  const lost = new AbortController();
  const renewing = setInterval(() => {
    renew(db, holder, lease).then(
      (still) => still || lost.abort(),
      () => lost.abort(),
    );
  }, lease.leaseMs / 3);
  try {
    return { held: true, result: await work(lost.signal) };
  } finally {
    clearInterval(renewing);
    // Should this fail, the lease is over by itself soon.
    await db
      .deleteFrom('leases')
      .where('name', '=', lease.name)
      .where('holder', '=', holder)
      .execute()
      .catch(() => undefined);
  }
}

type Lease = { readonly name: string; readonly leaseMs: number };

/** Looks first: whoever cannot have it writes nothing. */
async function take(db: Db, holder: string, { name, leaseMs }: Lease): Promise<boolean> {
  const taken = db.selectFrom('leases').select('holder').where('name', '=', name).where('until', '>', clock);
  if (await taken.executeTakeFirst()) return false;
  const { rows } = await sql`
    insert into leases (name, holder, until) values (${name}, ${holder}, now_ms() + cast(${leaseMs} as bigint))
    on conflict (name) do update set holder = excluded.holder, until = excluded.until where leases.until <= now_ms()
    returning holder`.execute(db);
  return rows.length === 1;
}

async function renew(db: Db, holder: string, { name, leaseMs }: Lease): Promise<boolean> {
  const until = sql<number>`now_ms() + cast(${leaseMs} as bigint)`;
  const query = db.updateTable('leases').set({ until }).where('name', '=', name).where('holder', '=', holder);
  return (await query.executeTakeFirst()).numUpdatedRows === 1n;
}

const clock = sql<number>`now_ms()`;
