/**
 * Does `turn` now, and again `everyMs` after each end of it. One that fails is reported, and the next comes all the same.
 * @returns how to stop it; resolves when nothing runs any more.
 */
export function repeat(
  turn: () => Promise<unknown>,
  everyMs: number,
  report: (fault: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  const next = () => {
    running = turn()
      .catch(report)
      .then(() => {
        if (!stopped) timer = setTimeout(next, everyMs);
      });
  };
  let timer = setTimeout(next, 0);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
