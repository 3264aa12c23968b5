import { setTimeout } from 'node:timers/promises';
import type { Engine } from './engine.ts';
import type { Db } from './tables.ts';

/** Thrown within a transaction: undo it and run it again. */
export class RunAgain extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'RunAgain';
  }
}

/** A race is lost to somebody who made progress; whoever loses this often has found a fault, not a race. */
const TRIES = 20;

/**
 * All of `work` or nothing; again where another process came in between. A unique key that another took is such a
 * case: run again, `work` reads what the other wrote and says so, instead of failing.
 */
export async function inTransaction<T>({ db, isRace }: Engine, work: (within: Db) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (tries === TRIES || !(error instanceof RunAgain || isRace(error))) throw error;
    }
    // Not in step with the one it lost to.
    await setTimeout(Math.random() * Math.min(50, 2 ** tries));
  }
}
