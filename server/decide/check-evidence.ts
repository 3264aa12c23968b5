import { isDeepStrictEqual } from 'node:util';
import type { Plan } from '../../liveness/contract.ts';
import type { Evidence, Reason } from '../contract/index.ts';

/** What the backend gave out for an attempt. Times: milliseconds since 1970, by the backend's clock. */
export type Issued = { readonly nonce: string; readonly plan: Plan; readonly openedAt: number };

/** The kiosk's clock may differ from ours by as much as its signed requests may. */
const CLOCKS_MS = 60_000;
/** What a frame's way through the kiosk, and a slow start of a camera, may add to a duration. */
const SLACK_MS = 2_000;

/**
 * Does the evidence belong to this attempt, and could it have been made within it?
 * Durations are what counts: a transcript cannot last longer than the attempt has been open.
 * @param receivedAt milliseconds since 1970.
 */
export function checkEvidence(evidence: Evidence, issued: Issued, receivedAt: number): Reason | undefined {
  if (evidence.nonce !== issued.nonce || !isDeepStrictEqual(evidence.plan, issued.plan))
    return 'evidence-plan-mismatch';
  const [startedAt, finishedAt] = [Date.parse(evidence.startedAt), Date.parse(evidence.finishedAt)];
  const lasted = finishedAt - startedAt;
  const open = receivedAt - issued.openedAt;
  const [first, last] = [evidence.transcript.at(0)?.at ?? 0, evidence.transcript.at(-1)?.at ?? 0];
  const fits =
    lasted >= 0 &&
    lasted <= open + SLACK_MS &&
    startedAt >= issued.openedAt - CLOCKS_MS &&
    finishedAt <= receivedAt + CLOCKS_MS &&
    last >= first &&
    last - first <= lasted + SLACK_MS &&
    last - first <= issued.plan.totalLimitMs + SLACK_MS;
  return fits ? undefined : 'evidence-time-window';
}
