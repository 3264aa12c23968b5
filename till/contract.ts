/** What passes between a till and a kiosk, version 1, and what the client of this folder adds. Times end in their unit. */

export type Outcome = 'verified' | 'rejected' | 'expired' | 'cancelled' | 'unavailable';
export type Person = { readonly name: string; readonly idNumber: string };
export type Relation = { readonly code: string; readonly label: string; readonly labelEn?: string | undefined };
export type AuthorityAnswer = 'match' | 'mismatch' | 'not-found' | 'locked' | 'unavailable' | 'not-asked';
export type Guardian = Person & { readonly relation: string; readonly consent: true };

/**
 * How somebody is to be helped who cannot turn or nod well. `by`: a staff number; `present`: that member of staff states
 * that the named person stands there.
 */
export type AssistanceRequest =
  | { readonly kind: 'none' | 'gentle' }
  | { readonly kind: 'attested'; readonly by: string; readonly present: true };
export type Assistance = { readonly kind: 'gentle' } | { readonly kind: 'attested'; readonly by: string };

/** What is asked. `amount`: fen. */
export type Question = {
  readonly sale: string;
  /** Exactly one of the three. */
  readonly cardholder: {
    readonly idNumber?: string;
    readonly insuranceNumber?: string;
    readonly credentialToken?: string;
  };
  readonly subject?:
    | { readonly who: 'cardholder'; readonly guardian?: Guardian }
    | { readonly who: 'relative'; readonly person: string; readonly guardian?: Guardian }
    | ({ readonly who: 'by-hand'; readonly relation: string } & Person);
  readonly channel?: 'kiosk' | 'phone' | 'cashier-phone';
  readonly purpose?: string;
  readonly amount?: number;
  readonly assistance?: AssistanceRequest;
};

export type Step = {
  readonly step: string;
  readonly done?: number;
  readonly of?: number;
  readonly answered?: readonly string[];
};

/** A verification as the kiosk tells it; it has an outcome or goes on. */
export type View = {
  readonly verification: string;
  readonly record?: string;
  readonly sale: string;
  readonly state: string;
  readonly purpose: string;
  readonly amount?: number;
  /** Masked; empty while it is queued. */
  readonly cardholder: Person;
  readonly subject: Person & { readonly who: string; readonly relation?: Relation | undefined };
  readonly round: number;
  /** Less is asked of the person in this round. */
  readonly assistance?: Assistance | undefined;
  /** What the policy allows. */
  readonly assistable?: readonly ('gentle' | 'attested')[] | undefined;
  /** The person said on the screen that turning or nodding is hard. */
  readonly wished?: true;
  readonly rounds: number;
  readonly expiresAt: string;
  readonly lifetimeMs: number;
  /** Until its time is over; the till's clock does not matter. */
  readonly remainingMs?: number;
  /** Number of the last event. */
  readonly event?: number;
  /** In the queue: 1 for the next one. */
  readonly place?: number;
  readonly outcome?: Outcome;
  /** One sentence for the cashier, in the till's language. */
  readonly message?: string;
  /** A stable code, docs/errors.md. */
  readonly reason?: string;
  readonly authorities?: Readonly<Record<'bank' | 'police' | 'insurer', AuthorityAnswer>>;
  /** JWS, for `checkReceipt`. */
  readonly receipt?: string;
  readonly next?: readonly ('retry' | 'appeal')[];
  readonly nextUntil?: string;
  readonly cancelledBy?: 'till' | 'subject' | 'kiosk' | undefined;
  readonly refusal?: string;
  readonly appeal?: { readonly by: string; readonly at: string; readonly decision: string } | undefined;
} & Partial<Step>;

export type People = {
  readonly cardholder: Person & { readonly needsGuardian: boolean };
  readonly relatives: readonly (Person & {
    readonly person: string;
    readonly relation: Relation;
    readonly needsGuardian: boolean;
  })[];
  readonly relations: readonly Relation[];
  readonly family: 'known' | 'unavailable';
  readonly expiresAt: string;
};

/** What became of a sale. */
export type OfSale = {
  readonly sale: string;
  readonly status: 'processed' | 'in-progress' | 'not-found';
  readonly verification?: View;
  readonly verifications: readonly View[];
};

/**
 * Why there is no answer: the kiosk's stable code (docs/errors.md), or one of the till's own: `kiosk-unreachable`,
 * `certificate-wrong`, `outcome-unknown` (asked, and not learned in time: `recover` it), `store-failed`, `aborted`.
 */
export type Problem = {
  readonly code: string;
  /** 0 where no answer came. */
  readonly status: number;
  readonly title?: string;
  /** One sentence for the cashier, in the till's language. */
  readonly message?: string;
  readonly detail?: string;
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
  /** With `kiosk-busy`. */
  readonly busy?: { readonly till: string; readonly until?: string; readonly sale?: string; readonly own: boolean };
  readonly retryAfterMs?: number;
};
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** What is told while a verification runs; the last one is a `view` with an outcome, or a `problem`. */
export type News =
  | { readonly event: 'queued'; readonly id: number; readonly data: { readonly place: number } }
  | { readonly event: 'step'; readonly id: number; readonly data: Step }
  | { readonly event: 'wish'; readonly id: number; readonly data: object }
  | { readonly event: 'assistance'; readonly id: number; readonly data: Assistance }
  | {
      readonly event: 'outcome';
      readonly id: number;
      readonly data: { readonly outcome: Outcome; readonly reason: string };
    }
  | { readonly event: 'retry'; readonly id: number; readonly data: { readonly round: number } }
  | { readonly event: 'appeal'; readonly id: number; readonly data: { readonly by: string } }
  | { readonly event: 'view'; readonly data: View }
  | { readonly event: 'problem'; readonly data: Problem };

/** Where the keys of questions are kept: on a disk, so that a till that was switched off asks for the same sale again. */
export type Store = {
  get(sale: string): Promise<string | undefined> | string | undefined;
  /** Keeps it before anything is asked. @returns the key that holds: another process may have been first. */
  add(sale: string, key: string): Promise<string> | string;
  /** For a new verification of the same sale, wished by the cashier. */
  replace(sale: string, key: string): Promise<void> | void;
};

export type TillOptions = {
  /** e.g. https://192.168.1.20:8080 */
  readonly url: string;
  /** From pairing; none for a kiosk that trusts this machine. */
  readonly key?: string;
  /** Without it keys live as long as this object. */
  readonly store?: Store;
  /** Another one where the certificate is pinned (pinned-fetch.ts). */
  readonly fetch?: typeof fetch;
  /** Of the sentences for the cashier: zh (as it is without it), en. */
  readonly language?: string;
  /** `poll`: never stream. */
  readonly events?: 'stream' | 'poll';
  /** One request, and all tries of one call that is answered at once, milliseconds. */
  readonly requestMs?: number;
  readonly callMs?: number;
};

/** `limitMs`: when the till stops waiting; the verification itself goes on. */
export type FollowOptions = { readonly signal?: AbortSignal; readonly limitMs?: number; readonly after?: number };
export type VerifyOptions = FollowOptions & {
  readonly onNews?: (news: News) => void;
  /** For `retry`: of the next round; without a word as before, but nobody vouches twice by one word. */
  readonly assistance?: AssistanceRequest;
  /** The cashier wishes another verification of a sale that has one: somebody else stands there now. */
  readonly anew?: boolean;
};
