import { isDeepStrictEqual } from 'node:util';
import type { Plan } from '../../liveness/contract.ts';
import type { Evidence, Reason } from '../contract/index.ts';

/** What the backend gave out for an attempt. Times: milliseconds since 1970, by the backend's clock. */
export type Issued = { readonly nonce: string; readonly plan: Plan; readonly openedAt: number };

/** The kiosk's clock may differ from ours by as much as its signed requests may. */
const CLOCKS_MS = 60_000;
/** What a frame's way through the kiosk, and a slow start of a camera, may add to what the kiosk says of a duration. */
const SLACK_MS = 2_000;
/** What a camera's clock may run fast, and its buffers hold: the plan was not known before the attempt was open. */
const BEFORE_MS = 500;
/**
 * The most of an open attempt that no frame tells of: a camera that wakes up, evidence that is sent again while the
 * line is down. Whoever needs longer could be making pictures to the plan.
 */
const UNSEEN_MS = 30_000;

/**
 * Does the evidence belong to this attempt, and could it have been made within it?
 * Durations by our own clock are what counts: a transcript cannot last longer than the attempt has been open, nor much
 * shorter.
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
    last - first <= open + BEFORE_MS &&
    last - first >= open - UNSEEN_MS &&
    last - first <= issued.plan.totalLimitMs + SLACK_MS;
  return fits ? undefined : 'evidence-time-window';
}
