import type { Evidence } from '../../server/contract/evidence.ts';
import type { Attempt } from '../../server/contract/schemas.ts';
import type { Capture } from './capture.ts';

/** What an attempt hands over; sealed and signed before it leaves the process. */
export function toEvidence(attempt: Attempt, capture: Capture): Evidence {
  const { verdict, still } = capture;
  return {
    verification: attempt.verification,
    attempt: attempt.id,
    nonce: attempt.nonce,
    plan: attempt.plan,
    startedAt: new Date(capture.startedAt).toISOString(),
    finishedAt: new Date(capture.finishedAt).toISOString(),
    advisory: { live: verdict.live, reasons: verdict.live ? [] : [...verdict.reasons] },
    ...(still && { still: { seq: still.seq, jpeg: Buffer.from(still.jpeg).toString('base64') } }),
    transcript: capture.transcript as Evidence['transcript'],
  };
}
