import type { EngineName } from './migrations/step.ts';
import type { Db } from './tables.ts';

/** Which database, and where. */
export type DatabaseAddress =
  | { readonly engine: 'sqlite'; readonly path: string }
  /** `url`: as libpq's, password included if it needs one. `pool`: connections at most. */
  | { readonly engine: 'postgres'; readonly url: string; readonly pool: number };

/** What the store needs of a database; one file each. */
export type Engine = {
  readonly name: EngineName;
  readonly db: Db;
  /** Whether several may write at a time, so that a row read for a change has to be locked. */
  readonly locks: boolean;
  /** Whether a transaction failed only because of another at the same time: run again, it sees what that one wrote. */
  readonly isRace: (error: unknown) => boolean;
  /** Resolves when the database answers and is one that can be used. */
  readonly check: () => Promise<void>;
  readonly openNotices: (heard: Heard) => Notices;
};

/** A verification that changed in another process; undefined: any may have, word of them was lost. */
export type Heard = (verification: string | undefined) => void;

/** Word from process to process that a verification changed: its id, nothing else. */
export type Notices = {
  /** Never fails: what cannot be told now is told when the database is back. */
  tell(verification: string): void;
  close(): Promise<void>;
};
