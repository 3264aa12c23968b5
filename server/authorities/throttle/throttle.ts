import { type Limits, NO_ROWS, type Place, type Rows, reserve, settle, type TryOutcome } from './rows.ts';

/** Keyed fingerprints of the card and of its holder's ID number: neither can be read back from what is stored. */
export type Keys = { readonly card: string; readonly holder: string };

/** The rows that one try touches. `day` is a calendar day in China, `2026-07-01`. */
export type RowKeys = Keys & { readonly day: string };

/**
 * Where the rows are kept. Two tables:
 *
 * - `bank_cards`: card text primary key · wrong integer · wrong_at bigint · holds text (JSON of Hold[]) · changed_at bigint
 * - `bank_days`: holder text · day text · tries integer · primary key (holder, day)
 */
export type ThrottleStore = {
  /**
   * Reads both rows (NO_ROWS for those that are not there), lets `step` say what becomes of them, and writes that,
   * while no other change of the same card or the same holder's day can come between, in this process or another.
   * @param now milliseconds since 1970, for `changed_at`
   */
  change<T>(keys: RowKeys, now: number, step: (rows: Rows) => { readonly rows: Rows; readonly result: T }): Promise<T>;
};

export type Reservation = {
  readonly place: Place;
  /** Tells what became of it; only after `ok`. What is never told counts as wrong until its time has run out. */
  settle(outcome: TryOutcome): Promise<void>;
};

export type Throttle = {
  /** Takes a place for one try before the bank is asked. @throws what the store throws; then the bank must not be asked. */
  reserve(keys: Keys, limits: Limits): Promise<Reservation>;
};

export type ThrottleDeps = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
};

export function createThrottle(store: ThrottleStore, { now, random }: ThrottleDeps): Throttle {
  return {
    async reserve(keys, limits) {
      const at = now();
      const id = Buffer.from(random(9)).toString('base64url');
      const rowKeys = { ...keys, day: chinaDay(at) };
      const place = await store.change(rowKeys, at, (rows) => reserve(rows, id, at, limits));
      return {
        place,
        settle: async (outcome) => {
          if (outcome === 'unknown') return;
          const told = now();
          await store.change(rowKeys, told, (rows) => ({
            rows: settle(rows, id, outcome, told, limits),
            result: undefined,
          }));
        },
      };
    },
  };
}

/** ASSUMED: the bank's day is China's calendar day. */
export function chinaDay(ms: number): string {
  return new Date(ms + 8 * 3600_000).toISOString().slice(0, 10);
}

/** For tests, and for a backend that was given no other: one process, forgotten with it. */
export function memoryThrottleStore(): ThrottleStore {
  const cards = new Map<string, Rows['card']>();
  const days = new Map<string, number>();
  return {
    change: async ({ card, holder, day }, _now, step) => {
      const dayKey = `${day} ${holder}`;
      // Yesterday's counts say nothing any more.
      for (const key of days.keys()) if (key.slice(0, 10) < previousDay(day)) days.delete(key);
      const before = { card: cards.get(card) ?? NO_ROWS.card, tries: days.get(dayKey) ?? 0 };
      const { rows, result } = step(before);
      cards.set(card, rows.card);
      days.set(dayKey, rows.tries);
      return result;
    },
  };
}

/** A try that began before midnight is settled in the row of its own day. */
function previousDay(day: string): string {
  return new Date(Date.parse(day) - 24 * 3600_000).toISOString().slice(0, 10);
}
