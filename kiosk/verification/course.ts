import type { Verification } from '../../server/contract/schemas.ts';

export type RunSubject = {
  readonly verification: Verification;
  /** Milliseconds since 1970, the kiosk's clock. */
  readonly endsAt: number;
  readonly lifetimeMs: number;
};

/** One round at the counter as it stands: until its attempt is opened, less may be asked of the person, in more time. */
export type Course = {
  now(): RunSubject;
  /** @returns what ends the listening. */
  listen(listener: () => void): () => void;
};

export function createCourse(first: RunSubject) {
  const listeners = new Set<() => void>();
  let subject = first;
  return {
    now: () => subject,
    listen(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** @param verification the same, with another assistance. */
    change(verification: Verification): RunSubject {
      const { endsAt, lifetimeMs: before } = subject;
      const lifetimeMs = verification.lifetimeMs ?? before;
      subject = { verification, endsAt: endsAt + lifetimeMs - before, lifetimeMs };
      for (const listener of listeners) listener();
      return subject;
    },
  };
}
