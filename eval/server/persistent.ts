import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt, Verification } from '../../server/contract/index.ts';
import { ZHANG } from '../../server/testing/backend.ts';
import { TestKiosk } from '../../server/testing/kiosk.ts';
import type { Prepared } from './client.ts';

/** What a kiosk learned of its question; `undefined`: nothing in time. */
export type Learned = { readonly key: string; readonly verification: Verification | undefined };

/** A kiosk that reaches the backend at several addresses and asks again until it knows. */
export type Persistent = { verify(prepared: Prepared): Promise<Learned> };

/** Longest that one request may take, milliseconds. */
const REQUEST_MS = 3000;

/** @param urls where the backend's processes are, dead or alive. @param deadlineMs from the question to the outcome. */
export function persistentKiosk(urls: readonly string[], enrolled: TestKiosk, deadlineMs: number): Persistent {
  const doors = urls.map((url) =>
    Object.assign(new TestKiosk(impatient, Date.now, url), { id: enrolled.id, keys: enrolled.keys }),
  );
  return {
    async verify(prepared) {
      const key = randomBytes(9).toString('base64url');
      const late = performance.now() + deadlineMs;
      const again = <T>(ask: (kiosk: TestKiosk) => Promise<Response>) => untilAnswered<T>(doors, ask, late);
      const created = await again<Verification>((kiosk) => kiosk.ask(ZHANG, { key, sale: `S-${key}` }));
      if (!created) return { key, verification: undefined };
      const { id } = created;
      const path = `/v1/verifications/${id}/attempts`;
      const headers = { 'idempotency-key': key };
      const attempt = await again<Attempt>((kiosk) => kiosk.request({ method: 'POST', path, headers }));
      if (attempt) {
        const now = new Date().toISOString();
        const own = { verification: id, attempt: attempt.id, nonce: attempt.nonce, plan: attempt.plan };
        const sealed = await enrolledSeal(doors, { ...prepared, ...own, startedAt: now, finishedAt: now }, late);
        if (sealed) await again((kiosk) => kiosk.hand(attempt, sealed));
      }
      const find = (kiosk: TestKiosk) => kiosk.request({ method: 'GET', path: `/v1/verifications/${id}` });
      while (performance.now() < late) {
        const verification = await again<Verification>(find);
        if (verification?.result) return { key, verification };
        await sleep(40);
      }
      return { key, verification: undefined };
    },
  };
}

const impatient: TestKiosk['send'] = (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_MS) });

/** An answer that is not a fault: a process that is gone, or that cannot reach its database, is asked elsewhere. */
async function untilAnswered<T>(
  doors: readonly TestKiosk[],
  ask: (kiosk: TestKiosk) => Promise<Response>,
  late: number,
): Promise<T | undefined> {
  let door = randomInt(doors.length);
  while (performance.now() < late) {
    try {
      const response = await ask(doors[door++ % doors.length]!);
      if (response.ok) return (await response.json()) as T;
      // A refusal is an answer too: the verification has ended, or the attempt is used.
      if (response.status < 500) return undefined;
    } catch {
      // Gone in the middle: nobody knows whether it was done. The same is asked again.
    }
    await sleep(20 + randomInt(60));
  }
  return undefined;
}

async function enrolledSeal(
  doors: readonly TestKiosk[],
  evidence: Prepared,
  late: number,
): Promise<string | undefined> {
  for (let door = 0; performance.now() < late; door++) {
    try {
      return await doors[door % doors.length]!.seal(evidence);
    } catch {
      await sleep(50);
    }
  }
  return undefined;
}
