import type { ChallengeKind, Hint } from '../liveness/contract.ts';
import type { Assistance, Help } from '../server/contract/assistance.ts';
import type {
  Authorities,
  AuthorityName,
  CancelRequest,
  Outcome,
  Verification,
  VerificationResult,
  VerificationState,
} from '../server/contract/schemas.ts';

/** What the person at the kiosk is doing now, in the words of the till API. */
export type StepName = 'asked' | 'consent' | 'look' | ChallengeKind | 'between' | 'matching';

export type Step = {
  readonly step: StepName;
  /** Motions done so far, and how many there are. */
  readonly done?: number;
  readonly of?: number;
  /** With `matching`: the authorities that have answered. */
  readonly answered?: readonly AuthorityName[];
};

/** How a verification ended, as the till sees it: never a score, never a picture. */
export type Ended = {
  readonly outcome: Outcome;
  /** A stable code of server/contract/reasons.ts. */
  readonly reason: string;
  readonly authorities?: Authorities;
  /** Signed by the backend; absent only while the backend has not confirmed the outcome, or never heard of it. */
  readonly receipt?: string;
  /** What may be done about it, until `nextUntil`. */
  readonly next?: VerificationResult['next'];
  readonly nextUntil?: string;
  readonly cancelledBy?: CancelRequest['by'];
  /** How this round was assisted. */
  readonly assistance?: Assistance;
  /** The motions that were asked for, when it came to that. */
  readonly plan?: readonly ChallengeKind[];
  /**
   * Why there is no better outcome: the code with which one that had waited in the queue could not begin, or
   * `receipt-wrong` when the backend's word and its signature did not agree.
   */
  readonly refusal?: string;
};

/** A verification as a till sees it. */
export type TillView = {
  readonly verification: string;
  /** The id in the receipt, where it is another one: of a verification that waited in the queue. */
  readonly record?: string;
  readonly sale: string;
  readonly state: VerificationState | 'queued';
  readonly purpose: string;
  /** Fen. */
  readonly amount?: number;
  /** Masked by the backend; the words are empty while it is queued. */
  readonly cardholder: Verification['cardholder'];
  readonly subject: Verification['subject'];
  /** 1, and one more with every retry. */
  readonly round: number;
  /** Less is asked of the person in this round. */
  readonly assistance?: Assistance;
  /** What the purpose allows. */
  readonly assistable?: readonly Help[];
  /** The person said on the screen, in this round, that turning or nodding is hard. */
  readonly wished?: true;
  /** How many there may be; 0 while the backend has not been asked. */
  readonly rounds: number;
  /** By the kiosk's clock: when this round, or the wait in the queue, ends; and how long that is in all. */
  readonly expiresAt: string;
  readonly lifetimeMs: number;
  /** While it is queued: 1 for the next one. */
  readonly place?: number;
  readonly appeal?: Verification['appeal'];
} & Partial<Step> &
  Partial<Ended>;

/** One entry of the event stream of a verification; `id` grows by one and survives restarts. */
export type TillEvent = { readonly id: number } & TillNews;

export type TillNews =
  /** Another one is served; 1 for the next one. */
  | { readonly event: 'queued'; readonly data: { readonly place: number } }
  | { readonly event: 'step'; readonly data: Step }
  /** The person says on the screen that turning or nodding is hard: `assistance` follows where the policy allows it. */
  | { readonly event: 'wish'; readonly data: Readonly<Record<string, never>> }
  /** Less is asked of the person from here on, and there is more time. */
  | { readonly event: 'assistance'; readonly data: Assistance }
  | { readonly event: 'outcome'; readonly data: Ended }
  /** Another round begins; an outcome follows again. */
  | { readonly event: 'retry'; readonly data: { readonly round: number } }
  | { readonly event: 'appeal'; readonly data: NonNullable<Verification['appeal']> };

/** Everything that the kiosk's screen shows; the page holds no other state. */
export type ScreenState = { readonly store: string } & (
  | { readonly kind: 'idle' }
  | { readonly kind: 'out-of-order'; readonly code: string }
  | (ScreenVerification & {
      readonly kind: 'invitation';
      readonly subject: string;
      readonly sale: string;
      /** The person said that turning or nodding is hard. */
      readonly accessible?: boolean;
    })
  | (ScreenVerification & { readonly kind: 'preparing' })
  | (ScreenVerification & Progress & { readonly kind: 'look' | 'between' })
  | (ScreenVerification & Progress & { readonly kind: 'guidance'; readonly hint: Hint })
  | (ScreenVerification &
      Progress & {
        readonly kind: 'challenge';
        readonly challenge: ChallengeKind;
        /** 0…1 of the angle asked for, from the real pose. */
        readonly progress: number;
        /** Until this motion must be done, milliseconds. */
        readonly remainingMs: number;
      })
  | (ScreenVerification & { readonly kind: 'matching'; readonly answered: readonly AuthorityName[] })
  | {
      readonly kind: 'result';
      readonly outcome: Outcome;
      readonly reason: string;
      /** How many rounds did not succeed, this one included. */
      readonly failures?: number;
      /** The verification that may be tried once more: the screen asks the person, who says so on `/again`. */
      readonly again?: string;
    }
  /** A till wants to be paired: the code is for whoever stands at the till. `till` is the name that it gave itself. */
  | {
      readonly kind: 'pairing';
      /** Six digits, in groups of three on the screen. */
      readonly code: string;
      readonly till: string;
      /** When the code ends, milliseconds since 1970, and how long it is shown in all. */
      readonly endsAt: number;
      readonly lifetimeMs: number;
    }
  /** The till is paired; shown as long as a result. */
  | { readonly kind: 'paired'; readonly till: string }
);

type ScreenVerification = {
  readonly verification: string;
  /** When the whole verification ends, milliseconds since 1970 (page and process share one clock), and how long it is. */
  readonly endsAt: number;
  readonly lifetimeMs: number;
  /** Less is asked than usual. */
  readonly assistance?: Assistance['kind'];
};

type Progress = { readonly done: number; readonly of: number };
