import { PROBLEM_TYPE, type Problem } from '../contract/index.ts';
import { REFUSALS, type Refusal } from '../refusal.ts';

/** A refusal as RFC 9457 problem details. */
export function problemResponse(refusal: Refusal, headers: Readonly<Record<string, string>> = {}): Response {
  const [status, title] = REFUSALS[refusal.code];
  const problem: Problem = {
    type: `urn:problem:liveness-kiosk:${refusal.code}`,
    title,
    status,
    code: refusal.code,
    ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
    ...(refusal.issues === undefined ? {} : { issues: [...refusal.issues] }),
  };
  return Response.json(problem, { status, headers: { ...headers, 'content-type': PROBLEM_TYPE } });
}
