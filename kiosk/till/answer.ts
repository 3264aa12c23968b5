import type { Context } from 'hono';
import { PROBLEM_TYPE, type Problem } from '../../server/contract/problem.ts';

/** RFC 9457. */
export function problemResponse(context: Context, problem: Problem): Response {
  const body = JSON.stringify(problem);
  return context.newResponse(body, problem.status as 400, {
    'content-type': PROBLEM_TYPE,
    'cache-control': 'no-store',
  });
}
