/** When a message is sent again: pure, times in milliseconds. */

const FIRST_MS = 2_000;
const LONGEST_MS = 3_600_000;
/** After this long nobody waits for it any more. */
export const GIVE_UP_MS = 86_400_000;

/**
 * @param failures how often it could not be delivered, 1 or more. @param chance 0…1, so that tills that came back
 * together are not all told together.
 * @returns when it is sent again, or nothing when its day is over.
 */
export function nextTry(createdAt: number, now: number, failures: number, chance: number): number | undefined {
  const delay = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 30)) * (0.75 + chance / 2);
  const at = Math.round(now + delay);
  return at - createdAt > GIVE_UP_MS ? undefined : at;
}
