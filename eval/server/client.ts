import { randomBytes } from 'node:crypto';
import { createParser } from 'eventsource-parser';
import type { Attempt, Verification } from '../../server/contract/index.ts';
import { ZHANG } from '../../server/testing/backend.ts';
import { TestKiosk } from '../../server/testing/kiosk.ts';

/** A kiosk as the backend sees one, with a keep-alive connection of its own. */
export async function enrolKiosk(url: string, code: string): Promise<TestKiosk> {
  const kiosk = new TestKiosk(fetch, Date.now, url);
  const response = await kiosk.enrol(code);
  if (!response.ok) throw new Error(`a kiosk could not be enrolled: ${response.status}`);
  return kiosk;
}

/** A kiosk's own evidence, made ready beforehand as far as it can be: it is the kiosk's work, not the backend's. */
export type Prepared = Awaited<ReturnType<TestKiosk['evidenceFor']>>;

export async function prepareEvidence(kiosk: TestKiosk): Promise<Prepared> {
  const plan = { steps: [{ challenge: 'turn-left', holdMs: 0 }], stepLimitMs: 1, totalLimitMs: 1 } as const;
  const attempt = { id: '', verification: '', nonce: '', plan, expiresAt: '' };
  return kiosk.evidenceFor(attempt as unknown as Attempt);
}

/** One verification as a kiosk does it: asks, follows the events, opens an attempt, hands over, hears the outcome. */
export async function verifyOnce(
  kiosk: TestKiosk,
  prepared: Prepared,
  sealedIn: (ms: number) => void = () => undefined,
): Promise<Verification> {
  const key = randomBytes(9).toString('base64url');
  const { id } = await take<Verification>(kiosk.ask(ZHANG, { key, sale: `S-${key}` }));
  const path = `/v1/verifications/${id}/events`;
  const ended = kiosk.request({ method: 'GET', path }).then(readToEnd);
  const attempt = await take<Attempt>(kiosk.attempt(id));
  const now = new Date().toISOString();
  const times = { startedAt: now, finishedAt: now };
  const own = { verification: id, attempt: attempt.id, nonce: attempt.nonce, plan: attempt.plan };
  const start = performance.now();
  const sealed = await kiosk.seal({ ...prepared, ...own, ...times });
  sealedIn(performance.now() - start);
  await take(kiosk.hand(attempt, sealed));
  return ended;
}

export async function take<T>(answer: Promise<Response>): Promise<T> {
  const response = await answer;
  if (!response.ok) throw new Error(`the backend answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** The last state that a stream of events tells. */
async function readToEnd(response: Response): Promise<Verification> {
  let last: Verification | undefined;
  const parser = createParser({ onEvent: ({ data }) => (last = JSON.parse(data) as Verification) });
  const text = new TextDecoder();
  for await (const part of response.body as ReadableStream<Uint8Array>)
    parser.feed(text.decode(part, { stream: true }));
  if (!last?.result) throw new Error(`a stream ended without an outcome (${response.status})`);
  return last;
}
