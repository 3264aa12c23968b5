import type { Reason } from '../../server/contract/reasons.ts';
import type { AuthorityName, AuthorityOutcome, Outcome } from '../../server/contract/schemas.ts';
import type { StepName } from '../contract.ts';

/** Everything that the till page says, in one language. */
export type Words = {
  readonly code: 'zh-CN' | 'en';
  /** The button that changes to the other language. */
  readonly other: string;
  readonly authorities: Readonly<Record<AuthorityName, string>>;
  readonly authorityOutcomes: Readonly<Record<AuthorityOutcome, string>>;
  readonly reasons: Readonly<Record<Reason, string>>;
  readonly outcomes: Readonly<Record<Outcome, string>>;
  readonly till: {
    readonly title: string;
    readonly lead: string;
    readonly sale: string;
    readonly idNumber: string;
    readonly start: string;
    readonly working: string;
    readonly cancel: string;
    readonly cancelling: string;
    readonly again: string;
    readonly close: string;
    readonly receipt: string;
    readonly recovering: string;
    readonly key: string;
    readonly keyMore: string;
    readonly subject: string;
    readonly saleInvalid: string;
    readonly next: Readonly<Record<Outcome, string>>;
    left(seconds: number): string;
    idProblem(problem: string): string;
  };
  readonly steps: Readonly<Record<StepName, string>>;
  /** Why the kiosk refused a question, by the problem's code. */
  readonly problems: Readonly<Record<string, string>>;
  readonly problem: string;
};
