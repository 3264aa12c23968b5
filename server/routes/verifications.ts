import type { Context } from 'hono';
import {
  appealRequestSchema,
  assistanceRequestSchema,
  cancelRequestSchema,
  retryRequestSchema,
  verificationRequestSchema,
  withdrawRequestSchema,
} from '../contract/index.ts';
import { EVIDENCE_TYPE } from '../contract/seal.ts';
import type { ReceiveDeps } from '../decide/receive.ts';
import { receiveEvidence } from '../decide/receive.ts';
import { parseBody } from '../http/body.ts';
import { problemResponse } from '../http/problem.ts';
import { forRequest, type SignedEnv } from '../http/signed.ts';
import { refuse } from '../refusal.ts';
import { assistVerification } from '../verification/assist.ts';
import { openAttempt } from '../verification/attempt.ts';
import { cancelVerification } from '../verification/cancel.ts';
import { createVerification } from '../verification/create.ts';
import { findVerification } from '../verification/find.ts';
import { appealVerification, retryVerification } from '../verification/reopen.ts';
import { viewOf } from '../verification/view.ts';
import { withdrawQuestion } from '../verification/withdraw.ts';

export type RouteDeps = ReceiveDeps & {
  /** Ends the questions to the authorities of a verification that was cancelled. */
  readonly abandon: (verification: string) => void;
};

const KEY = /^[\x21-\x7e]{1,128}$/;
const id = (context: Context): string => context.req.param('id') ?? '';

/** POST /v1/verifications: 201, or 200 for the same request again. */
export const postVerification = (deps: RouteDeps) => async (context: Context<SignedEnv>) => {
  const key = context.req.header('idempotency-key') ?? '';
  if (!KEY.test(key)) return problemResponse(refuse('idempotency-key-missing'));
  const parsed = parseBody(context.var.body, verificationRequestSchema);
  if (!parsed.ok) return problemResponse(parsed);
  const created = await createVerification(forRequest(deps, context), context.var.kiosk.id, key, parsed.value);
  if (!created.ok) return problemResponse(created);
  const headers = { location: `/v1/verifications/${created.row.id}` };
  return Response.json(viewOf(created.row, deps.rules), { status: created.repeated ? 200 : 201, headers });
};

/** POST /v1/verifications/withdraw: what came of a question, and that nothing more will. */
export const postWithdraw = (deps: RouteDeps) => async (context: Context<SignedEnv>) => {
  const parsed = parseBody(context.var.body, withdrawRequestSchema);
  if (!parsed.ok) return problemResponse(parsed);
  const row = await withdrawQuestion(forRequest(deps, context), context.var.kiosk.id, parsed.value);
  return Response.json({ verification: row ? viewOf(row, deps.rules) : null });
};

/** GET /v1/verifications/:id */
export const getVerification = (deps: RouteDeps) => async (context: Context<SignedEnv>) => {
  const found = await findVerification(deps, context.var.kiosk.id, id(context));
  return found.ok ? Response.json(viewOf(found.row, deps.rules)) : problemResponse(found);
};

/** POST /v1/verifications/:id/attempts: 201 with plan and nonce. An Idempotency-Key is taken, not required. */
export const postAttempt = (deps: RouteDeps) => async (context: Context<SignedEnv>) => {
  const key = context.req.header('idempotency-key') ?? null;
  if (key !== null && !KEY.test(key)) return problemResponse(refuse('idempotency-key-missing'));
  const opened = await openAttempt(forRequest(deps, context), context.var.kiosk.id, id(context), key);
  if (!opened.ok) return problemResponse(opened);
  return Response.json(opened.attempt, { status: opened.repeated ? 200 : 201 });
};

/** POST /v1/verifications/:id/attempts/:attempt/evidence: 202; the decision goes on by itself. */
export const postEvidence = (deps: RouteDeps) => async (context: Context<SignedEnv>) => {
  const type = context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== EVIDENCE_TYPE) return problemResponse(refuse('media-type-unsupported', `expected ${EVIDENCE_TYPE}`));
  const address = { verification: id(context), attempt: context.req.param('attempt') ?? '' };
  const jwe = new TextDecoder().decode(context.var.body);
  const received = await receiveEvidence(forRequest(deps, context), context.var.kiosk, address, jwe);
  return received.ok ? Response.json(viewOf(received.row, deps.rules), { status: 202 }) : problemResponse(received);
};

/** POST /v1/verifications/:id/cancel */
export const postCancel = (deps: RouteDeps) => async (context: Context<SignedEnv>) => {
  const parsed = parseBody(context.var.body, cancelRequestSchema);
  if (!parsed.ok) return problemResponse(parsed);
  const cancelled = await cancelVerification(
    forRequest(deps, context),
    context.var.kiosk.id,
    id(context),
    parsed.value,
  );
  if (!cancelled.ok) return problemResponse(cancelled);
  deps.abandon(cancelled.row.id);
  return Response.json(viewOf(cancelled.row, deps.rules));
};

/** POST /v1/verifications/:id/assistance: less is asked of the person, before an attempt was opened. */
export const postAssistance = (deps: RouteDeps) => async (context: Context<SignedEnv>) => {
  const parsed = parseBody(context.var.body, assistanceRequestSchema);
  if (!parsed.ok) return problemResponse(parsed);
  const at = [context.var.kiosk.id, id(context)] as const;
  const assisted = await assistVerification(forRequest(deps, context), ...at, parsed.value);
  return assisted.ok ? Response.json(viewOf(assisted.row, deps.rules)) : problemResponse(assisted);
};

const NO_WISH = { ok: true, value: {} } as const;

/** POST /v1/verifications/:id/retry: another round, after a time-out or a refusal that allows it. */
export const postRetry = (deps: RouteDeps) => async (context: Context<SignedEnv>) => {
  // A kiosk that wishes nothing sends nothing.
  const parsed = context.var.body.length === 0 ? NO_WISH : parseBody(context.var.body, retryRequestSchema);
  if (!parsed.ok) return problemResponse(parsed);
  const retried = await retryVerification(forRequest(deps, context), context.var.kiosk.id, id(context), parsed.value);
  return retried.ok ? Response.json(viewOf(retried.row, deps.rules)) : problemResponse(retried);
};

/** POST /v1/verifications/:id/appeal */
export const postAppeal = (deps: RouteDeps) => async (context: Context<SignedEnv>) => {
  const parsed = parseBody(context.var.body, appealRequestSchema);
  if (!parsed.ok) return problemResponse(parsed);
  const appealed = await appealVerification(forRequest(deps, context), context.var.kiosk.id, id(context), parsed.value);
  return appealed.ok ? Response.json(viewOf(appealed.row, deps.rules)) : problemResponse(appealed);
};
