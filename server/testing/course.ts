import { REAL_WORLD } from '../clock.ts';
import type { Attempt, Verification } from '../contract/index.ts';
import { json } from './answers.ts';
import { untilEnded } from './backend.ts';
import type { TestKiosk } from './kiosk.ts';

/** The world with a clock that can be put forward. */
export function movableWorld() {
  let ahead = 0;
  return { world: { ...REAL_WORLD, now: () => Date.now() + ahead }, forward: (ms: number) => (ahead += ms) };
}

/** One attempt of a verification, to the end of its round. */
export async function tryOnce(
  kiosk: TestKiosk,
  id: string,
  change: Parameters<TestKiosk['evidenceFor']>[1] = {},
): Promise<Verification> {
  const attempt = await json<Attempt>(kiosk.attempt(id));
  await kiosk.hand(attempt, await kiosk.seal(await kiosk.evidenceFor(attempt, change)));
  return untilEnded(kiosk, id);
}
