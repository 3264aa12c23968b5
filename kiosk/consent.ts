import { unlessAborted } from './clock.ts';

export type Consent = ReturnType<typeof createConsent>;

/** The one question that only the person may answer; nothing is looked at before. */
export function createConsent() {
  let asked: { readonly verification: string; readonly answer: (given: boolean) => void } | undefined;
  return {
    /** Waits for the person's answer, or rejects with the signal's reason. */
    async ask(verification: string, signal: AbortSignal): Promise<boolean> {
      const given = new Promise<boolean>((answer) => {
        asked = { verification, answer };
      });
      try {
        return await unlessAborted(given, signal);
      } finally {
        asked = undefined;
      }
    },
    /** @returns false when nobody was asked for this verification, or the answer was given already. */
    answer(verification: string, given: boolean): boolean {
      if (asked?.verification !== verification) return false;
      asked.answer(given);
      asked = undefined;
      return true;
    },
  };
}
