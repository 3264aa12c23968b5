import type { Tills } from './tills.ts';

export type Access = ReturnType<typeof createAccess>;

/** How soon a revocation ends what is open, milliseconds. New requests are refused at once. */
const LOOK_EVERY_MS = 250;

/** Cuts open streams of tills that are revoked; the command that revokes is another process. */
export function createAccess(tills: Pick<Tills, 'isRevoked'>, everyMs = LOOK_EVERY_MS) {
  const open = new Map<AbortController, string>();
  const timer = setInterval(() => {
    for (const [cut, till] of open) if (tills.isRevoked(till)) cut.abort();
  }, everyMs);
  timer.unref();
  return {
    /** A signal that aborts when the till may not listen any more, and what ends the watch. */
    hold(till: string): { readonly signal: AbortSignal; release(): void } {
      const cut = new AbortController();
      open.set(cut, till);
      return { signal: cut.signal, release: () => void open.delete(cut) };
    },
    close: (): void => clearInterval(timer),
  };
}
