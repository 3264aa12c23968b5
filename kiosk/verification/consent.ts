import { unlessAborted } from '../clock.ts';

export type Consent = ReturnType<typeof createConsent>;

/** What the person chose. */
export type Choice = {
  readonly given: boolean;
  /** The person said that turning or nodding is not possible, and wishes for a path without it. */
  readonly accessible: boolean;
};

type Asked = {
  readonly verification: string;
  accessible: boolean;
  readonly onWish: () => void;
  readonly answer: (choice: Choice) => void;
};

/** The one question that only the person may answer; nothing is looked at before. */
export function createConsent() {
  let asked: Asked | undefined;
  return {
    /**
     * Waits for the person's answer, or rejects with the signal's reason. `onWish` is called once, when the person
     * wishes for a path without turning or nodding; the question stays open.
     */
    async ask(verification: string, signal: AbortSignal, onWish: () => void = () => undefined): Promise<Choice> {
      const chosen = new Promise<Choice>((answer) => {
        asked = { verification, accessible: false, onWish, answer };
      });
      try {
        return await unlessAborted(chosen, signal);
      } finally {
        asked = undefined;
      }
    },
    /** @returns false when nobody was asked for this verification, or the answer was given already. */
    answer(verification: string, given: boolean): boolean {
      if (asked?.verification !== verification) return false;
      asked.answer({ given, accessible: asked.accessible });
      asked = undefined;
      return true;
    },
    /** @returns false when nobody is asked for this verification. */
    wish(verification: string): boolean {
      if (asked?.verification !== verification) return false;
      if (!asked.accessible) {
        asked.accessible = true;
        asked.onWish();
      }
      return true;
    },
  };
}
