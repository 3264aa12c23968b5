import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { spread } from './load.ts';

/** Milliseconds of one. */
export type Baseline = { readonly p50: number; readonly p99: number };

async function time(times: number, work: (i: number) => unknown): Promise<Baseline> {
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await work(i);
    took.push(performance.now() - start);
  }
  return spread(took);
}

/** A row and its commit, on the disk before it is reported: WAL, synchronous FULL, as the backend's. */
export async function timeSqliteCommit(folder: string, times: number): Promise<Baseline> {
  const db = new Database(join(folder, 'baseline.sqlite'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('create table row (id integer primary key, text text)');
  const insert = db.prepare('insert into row (text) values (?)');
  const row = 'x'.repeat(300);
  try {
    return await time(times, () => insert.run(row));
  } finally {
    db.close();
  }
}

/** The same on PostgreSQL: one statement, one commit, one connection. */
export async function timePostgresCommit(url: string, times: number): Promise<Baseline> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('create table baseline (id bigint generated always as identity primary key, text text)');
  try {
    return await time(times, () => client.query('insert into baseline (text) values ($1)', ['x'.repeat(300)]));
  } finally {
    await client.end();
  }
}

/** A route that does nothing, one request after the other. */
export const timeNothing = (url: string, times: number): Promise<Baseline> =>
  time(times, async () => (await fetch(`${url}/nothing`)).text());
