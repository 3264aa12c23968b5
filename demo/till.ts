/** A till: asks the kiosk for one verification and follows it to its outcome. */
import { randomUUID } from 'node:crypto';
import type { Ended, Step, TillView } from '../kiosk/contract.ts';
import type { Problem } from '../server/contract/index.ts';
import { readEvents } from './events.ts';

export type Sale = { readonly sale: string; readonly idNumber: string };

/** @throws Error with the problem's code when the kiosk refuses, or when the stream ends without an outcome. */
export async function verify(
  till: string,
  { sale, idNumber }: Sale,
  onStep: (step: Step) => void,
  signal: AbortSignal,
): Promise<TillView> {
  const response = await fetch(`${till}/v1/verifications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ sale, cardholder: { idNumber } }),
    signal,
  });
  const body: unknown = await response.json();
  if (!response.ok) {
    const problem = body as Problem;
    throw new Error(`the kiosk refused: ${problem.code}: ${problem.detail ?? problem.title}`);
  }
  const { verification } = body as TillView;
  await follow(`${till}/v1/verifications/${verification}`, onStep, signal);
  const final = await fetch(`${till}/v1/verifications/${verification}`, { signal });
  return (await final.json()) as TillView;
}

async function follow(url: string, onStep: (step: Step) => void, signal: AbortSignal): Promise<Ended> {
  for await (const { event, data } of readEvents(`${url}/events`, signal)) {
    if (event === 'step') onStep(data as Step);
    if (event === 'outcome') return data as Ended;
  }
  throw new Error('the kiosk closed the stream before the outcome');
}
