import { createHash } from 'node:crypto';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { asFault } from './faults.ts';

/** SQLSTATE of a prepared statement whose tables were changed since. */
export const STALE_PLAN = '0A000';
/** Different statements at most that are prepared on a connection; ours are a few dozen. */
const MOST_PREPARED = 300;

/**
 * The pool as the query builder takes it. Tells an outage from a wrong statement, and never gives a broken connection
 * back. `prepare`: statements are planned once a connection, which is most of what a short one costs.
 */
export function guarded(pool: pg.Pool, prepare: boolean): PostgresPool {
  const nameOf = prepare ? createNames() : () => undefined;
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect().catch((error: unknown) => {
        throw asFault(error);
      });
      return guardClient(client, nameOf);
    },
  };
}

function guardClient(client: pg.PoolClient, nameOf: (text: string) => string | undefined): PostgresPoolClient {
  let broken: Error | undefined;
  let inTransaction = false;
  // The pool listens only while a client is idle; unheard, this event would end the process.
  const breaks = (error: Error) => {
    broken = error;
  };
  client.on('error', breaks);
  const run = async (text: string, values: readonly unknown[], name: string | undefined) => {
    try {
      return await client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) });
    } catch (error) {
      const fault = asFault(error);
      if (fault !== error || isStale(error)) broken = error as Error;
      if (isStale(error) && name !== undefined && !inTransaction) return run(text, values, undefined);
      throw fault;
    }
  };
  const query = async (text: string, values: readonly unknown[]) => {
    const [first] = text.split(' ', 1);
    if (first === 'begin' || first === 'start') inTransaction = true;
    const result = await run(text, values, nameOf(text));
    if (first === 'commit' || first === 'rollback') inTransaction = false;
    return result;
  };
  const release = (destroy?: boolean) => {
    client.off('error', breaks);
    client.release(broken ?? destroy);
  };
  const { processID } = client as { processID?: number };
  return { query, release, processID } as unknown as PostgresPoolClient;
}

const isStale = (error: unknown): boolean => (error as { code?: unknown }).code === STALE_PLAN;

/** A name for each statement that can be prepared, the same on every connection. */
function createNames(): (text: string) => string | undefined {
  const names = new Map<string, string>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined || names.size >= MOST_PREPARED || !/^\s*(select|insert|update|delete|with)\s/i.test(text))
      return known;
    const name = createHash('sha256').update(text).digest('base64url');
    names.set(text, name);
    return name;
  };
}
