/** Who the person at the counter claims to be. Never logged. */
export type Person = {
  /** GB 11643, 18 characters, upper-case X. */
  readonly idNumber: string;
  readonly name: string;
  /** 16–19 digits. Without it, or without the phone, a bank has nothing to compare: `not-found`. */
  readonly bankCard?: string;
  /** The mobile number the bank knows, 11 digits, no country code. */
  readonly phone?: string;
};

/** What every authority is asked: the same question, each looks at its own part of it. */
export type Question = {
  readonly person: Person;
  /** The frontal still, a JPEG. */
  readonly still: Uint8Array;
  /** Id of the verification; goes along where the wire format has a place for it. */
  readonly verification: string;
  /** Ends the question early; the answer is then `unavailable`. */
  readonly signal: AbortSignal;
};

/**
 * What an authority said. `code` is stable and fit for a log: it names the authority and what came back,
 * never the person. `face` stands apart because the police answer two questions at once.
 */
export type Answer = {
  readonly outcome: 'match' | 'mismatch' | 'not-found' | 'locked' | 'unavailable';
  readonly code: string;
  /** Police only: whether the still is the face of the register's photo. */
  readonly face?: 'match' | 'mismatch';
};

/**
 * `ask` never rejects: a network fault, a time-out, an abort and an answer that is malformed, oversized, wrongly
 * signed or not expected are all `unavailable` with a code (`bank-timeout`, `bank-http-500`). An error is never a pass.
 */
export type Authority = { readonly name: 'bank' | 'police' | 'insurer'; ask(question: Question): Promise<Answer> };
