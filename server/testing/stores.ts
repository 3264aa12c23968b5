import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { REAL_WORLD, type World } from '../clock.ts';
import type { DatabaseAddress } from '../db/engine.ts';
import { openEngine } from '../db/engines.ts';
import { openStore, type Store, type StoreOptions } from '../db/store.ts';
import type { AttemptRow, VerificationRow } from '../db/tables.ts';
import { type Cluster, findPostgres, NEEDS_POSTGRES, NO_DISK, startCluster } from './postgres.ts';

/** Databases of one engine for tests. */
export type StoreEngine = {
  readonly title: string;
  readonly skip: boolean;
  /** Once before and after all tests of a file. */
  start(): Promise<void>;
  remove(): Promise<void>;
  /** A new, empty database. */
  place(): Promise<Place>;
};

/** One database, and a process's way to it. */
export type Place = {
  readonly database: DatabaseAddress;
  readonly world: World;
  /** Each is what another process would have. */
  open(change?: Partial<StoreOptions>): Promise<Store>;
  forward(ms: number): Promise<void>;
  /** As somebody who reached the database itself. */
  run(statement: string): Promise<readonly Record<string, unknown>[]>;
  /** Closes what was opened. */
  close(): Promise<void>;
};

export const AUDIT_KEY = new Uint8Array(32).fill(9);

export function storeEngines(): readonly StoreEngine[] {
  return [embedded(), postgres()];
}

function embedded(): StoreEngine {
  return {
    title: 'the embedded database',
    skip: false,
    start: async () => undefined,
    remove: async () => undefined,
    place: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'store-'));
      const path = join(folder, 'backend.sqlite');
      let ahead = 0;
      const world = { ...REAL_WORLD, now: () => Date.now() + ahead };
      return {
        ...opener({ engine: 'sqlite', path }, world, () => rmSync(folder, { recursive: true })),
        forward: async (ms) => {
          ahead += ms;
        },
      };
    },
  };
}

function postgres(): StoreEngine {
  const skip = findPostgres() === undefined;
  let cluster: Cluster;
  return {
    title: skip ? `PostgreSQL (${NEEDS_POSTGRES})` : 'PostgreSQL',
    skip,
    start: async () => {
      cluster = await startCluster(NO_DISK);
    },
    remove: async () => cluster?.remove(),
    place: async () => {
      const url = await cluster.database();
      let ahead = 0;
      const world = { ...REAL_WORLD, now: () => Date.now() + ahead };
      return {
        ...opener({ engine: 'postgres', url, pool: 6 }, world, () => undefined),
        forward: async (ms) => {
          ahead += ms;
          await cluster.moveClock(url, ahead);
        },
      };
    },
  };
}

function opener(database: DatabaseAddress, world: World, after: () => void) {
  const opened: Store[] = [];
  return {
    database,
    world,
    open: async (change: Partial<StoreOptions> = {}) => {
      const store = await openStore({ database, world, auditKey: AUDIT_KEY, ...change });
      opened.push(store);
      return store;
    },
    run: async (statement: string) => {
      const engine = await openEngine({ database, now: world.now, report: () => undefined, unlimited: true });
      try {
        return (await sql.raw<Record<string, unknown>>(statement).execute(engine.db)).rows;
      } finally {
        await engine.db.destroy();
      }
    },
    close: async () => {
      for (const store of opened) await store.close();
      after();
    },
  };
}

export const verificationRow = (id: string, change: Partial<VerificationRow> = {}): VerificationRow => ({
  id,
  kiosk: 'k1',
  till: 't',
  sale: 's',
  channel: 'kiosk',
  idempotency_key: id,
  request: 'r',
  person: 'p',
  purpose: 'purchase',
  amount: null,
  cardholder_name: '张*',
  cardholder_id: '1*1',
  who: 'cardholder',
  relation: null,
  guardian: null,
  assistance: 'none',
  attested_by: null,
  assistable: '[]',
  required: '["bank","police","insurer"]',
  round: 1,
  reopen_until: null,
  cancelled_by: null,
  appealed_by: null,
  appealed_at: null,
  appeal_decision: null,
  subject_name: '张*',
  subject_id: '1*1',
  state: 'created',
  created_at: 0,
  expires_at: 100,
  answered: '{}',
  revision: 1,
  outcome: null,
  reason: null,
  authorities: null,
  receipt: null,
  decided_at: null,
  ...change,
});

export const attemptRow = (id: string, number: number, change: Partial<AttemptRow> = {}): AttemptRow => ({
  id,
  verification: 'v1',
  kiosk: 'k1',
  person: 'p1',
  number,
  round: 1,
  idempotency_key: null,
  nonce: 'n',
  plan: String(number),
  created_at: number,
  expires_at: 100,
  evidence: null,
  used_at: null,
  ...change,
});
