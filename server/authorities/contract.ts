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
  /** The person at whom this authority shall look. */
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
export type Authority = {
  readonly name: 'bank' | 'police' | 'insurer';
  ask(question: Question): Promise<Answer>;
  /** Of an authority that also knows who people are: the insurer. Same line, same limits as `ask`. */
  readonly people?: People;
  /** Of an authority that can tell without a face whether name and ID number belong together: the police. */
  readonly identify?: (person: Person, signal: AbortSignal) => Promise<Answer>;
};

/** What a cardholder shows. Never logged. */
export type Cardholder =
  | { readonly kind: 'id-number'; readonly idNumber: string }
  /** The token behind the code of the national e-credential. */
  | { readonly kind: 'e-credential'; readonly token: string }
  /** The number on the insurance card; `cardSn` where a reader has read it. */
  | { readonly kind: 'insurance-card'; readonly number: string; readonly cardSn?: string };

export type Insured = {
  readonly idNumber: string;
  readonly name: string;
  /** `unknown`: there is such a person, but no state that the configuration knows. */
  readonly insuranceState: 'active' | 'suspended' | 'unknown';
};

/** A code of the insurer's dictionary with its words, as far as the dictionary has any. */
export type Relation = { readonly code: string; readonly zh?: string; readonly en?: string };

export type FamilyMember = { readonly idNumber: string; readonly name: string; readonly relation: Relation };

/** `code` as in an Answer: `insurer-found`, `insurer-timeout`. */
export type LookupAnswer =
  | { readonly outcome: 'found'; readonly code: string; readonly person: Insured }
  | { readonly outcome: 'not-found' | 'unavailable'; readonly code: string };

export type FamilyAnswer =
  | { readonly outcome: 'found'; readonly code: string; readonly members: readonly FamilyMember[] }
  | { readonly outcome: 'not-found' | 'unavailable'; readonly code: string };

/** The source of people. None of these ever rejects. */
export type People = {
  lookup(cardholder: Cardholder, signal: AbortSignal): Promise<LookupAnswer>;
  /** Those who may act for the cardholder, without the cardholder. */
  family(cardholder: Cardholder, signal: AbortSignal): Promise<FamilyAnswer>;
  /** The dictionary of relations; empty where there is none. */
  relations(signal: AbortSignal): Promise<readonly Relation[]>;
};
