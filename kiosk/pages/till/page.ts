import type { Problem, Step, View } from '../../../till/till.ts';

/** What the page shows: exactly one of these. */
export type Page =
  | { readonly kind: 'starting' }
  /** `lapsed`: there was a key, and it holds no more. */
  | { readonly kind: 'pairing'; readonly lapsed: boolean }
  | { readonly kind: Entering }
  | Running
  | { readonly kind: 'ended'; readonly view: View }
  /** The kiosk did not take the question. `from`: where the cashier was. */
  | { readonly kind: 'refused'; readonly problem: Problem; readonly from: Entering };

export type Entering = 'cardholder' | 'people' | 'guardian' | 'by-hand';

export type Running = {
  readonly kind: 'running';
  readonly view: View;
  readonly step: Step | undefined;
  /** By `performance.now()`. */
  readonly endsAt: number;
  readonly cancelling: boolean;
};

/** What is shown of a verification as the kiosk tells it. @param now by `performance.now()`. */
export function pageOf(view: View, now: number): Page {
  if (view.outcome) return { kind: 'ended', view };
  const { step, done, of, answered, remainingMs = view.lifetimeMs } = view;
  const doing =
    step === undefined
      ? undefined
      : { step, ...(done !== undefined && { done }), ...(of !== undefined && { of }), ...(answered && { answered }) };
  return { kind: 'running', view, step: doing, endsAt: now + remainingMs, cancelling: false };
}

/** What belongs to a field is told where the field is; everything else has a page of its own. */
const OF_FIELDS: readonly string[] = [
  'person-unknown',
  'id-number-invalid',
  'request-invalid',
  'validation-failed',
  'relative-unknown',
  'relation-unknown',
  'guardian-unfit',
  'delegate-unfit',
  'assistance-not-allowed',
];
export const isOfFields = ({ code }: Problem): boolean => OF_FIELDS.includes(code);

/** One step back from where somebody enters something. */
export function before(kind: Page['kind']): Entering | undefined {
  if (kind === 'people') return 'cardholder';
  return kind === 'guardian' || kind === 'by-hand' ? 'people' : undefined;
}
