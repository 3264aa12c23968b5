/**
 * The count of wrong tries, as a pure function of what is stored. A bank locks a card after some wrong tries in a row
 * and answers so many questions a day about one ID number; both are counted here before it is asked.
 */

/** A try whose outcome is not known: under way, or lost after it may have reached the bank. */
export type Hold = { readonly id: string /** Milliseconds since 1970. */; readonly until: number };

/** What is kept about one card. */
export type CardRow = {
  /** Wrong tries in a row that are certain. */
  readonly wrong: number;
  /** When the last of them was told, milliseconds since 1970. */
  readonly wrongAt: number;
  readonly holds: readonly Hold[];
};

export type Rows = { readonly card: CardRow /** Tries of this ID number on this day. */; readonly tries: number };

export const NO_ROWS: Rows = { card: { wrong: 0, wrongAt: 0, holds: [] }, tries: 0 };

export type Limits = {
  /** Wrong tries in a row that one card may have. */
  readonly wrongPerCard: number;
  /** Tries a day that one ID number may have. */
  readonly triesPerDay: number;
  /** How long a card stays locked after its last wrong try, milliseconds. */
  readonly lockMs: number;
  /** How long a try without a known outcome counts as wrong, milliseconds. */
  readonly holdMs: number;
};

/** `card-pending`: as many tries as may be wrong are under way or were lost; one of them may yet turn out right. */
export type Place = 'ok' | 'card-locked' | 'card-pending' | 'daily-limit';

export function reserve(rows: Rows, id: string, now: number, limits: Limits): { rows: Rows; result: Place } {
  const card = current(rows.card, now, limits);
  const refused = { ...rows, card };
  if (card.wrong >= limits.wrongPerCard) return { rows: refused, result: 'card-locked' };
  if (card.wrong + card.holds.length >= limits.wrongPerCard) return { rows: refused, result: 'card-pending' };
  if (rows.tries >= limits.triesPerDay) return { rows: refused, result: 'daily-limit' };
  const holds = [...card.holds, { id, until: now + limits.holdMs }];
  return { rows: { card: { ...card, holds }, tries: rows.tries + 1 }, result: 'ok' };
}

/**
 * What became of a try. `unchecked`: the bank answered, but did not compare (busy, card expired). `unknown`: nobody can
 * say. `unsent`: it never reached the bank.
 */
export type TryOutcome = 'right' | 'wrong' | 'unchecked' | 'unknown' | 'unsent';

export function settle(rows: Rows, id: string, outcome: TryOutcome, now: number, limits: Limits): Rows {
  if (outcome === 'unknown') return rows;
  const card = current(rows.card, now, limits);
  const holds = card.holds.filter((hold) => hold.id !== id);
  const tries = outcome === 'unsent' ? Math.max(0, rows.tries - 1) : rows.tries;
  if (outcome === 'right') return { card: { wrong: 0, wrongAt: 0, holds }, tries };
  if (outcome === 'wrong') return { card: { wrong: card.wrong + 1, wrongAt: now, holds }, tries };
  return { card: { ...card, holds }, tries };
}

/** Without what is over: a lock that has run out, tries that were held long enough. */
function current({ wrong, wrongAt, holds }: CardRow, now: number, limits: Limits): CardRow {
  const expired = now - wrongAt >= limits.lockMs;
  const live = holds.filter(({ until }) => until > now);
  return expired ? { wrong: 0, wrongAt: 0, holds: live } : { wrong, wrongAt, holds: live };
}
