/** A limit that holds even where whoever is waited for does not heed its signal. */
export function limited(ms: number, outer?: AbortSignal) {
  const own = new AbortController();
  const abort = () => own.abort();
  const timer = setTimeout(abort, ms);
  outer?.addEventListener('abort', abort, { once: true });
  if (outer?.aborted) abort();
  const race = <T>(promise: Promise<T>, silenceMs?: number): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const fail = () => reject(new DOMException('no answer in time', 'TimeoutError'));
      const silence = silenceMs === undefined ? undefined : setTimeout(fail, silenceMs);
      own.signal.addEventListener('abort', fail, { once: true });
      if (own.signal.aborted) fail();
      promise.then(resolve, reject).finally(() => {
        clearTimeout(silence);
        own.signal.removeEventListener('abort', fail);
      });
    });
  const end = () => {
    clearTimeout(timer);
    outer?.removeEventListener('abort', abort);
    abort();
  };
  return { signal: own.signal, race, end };
}

export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
