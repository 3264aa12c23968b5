/** Time as the kiosk uses it: passed in, so that a test can hold it. */
export type Clock = {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Milliseconds since 1970. */
  epoch(): number;
};

export const systemClock: Clock = { now: () => performance.now(), epoch: () => Date.now() };

/** Resolves after `ms`, or at once when the signal aborts; never rejects and never keeps the process alive alone. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}

/** The promise's value, or the signal's reason thrown as soon as it aborts. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) return end();
    signal.addEventListener('abort', end, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
