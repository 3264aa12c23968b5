import type { Context } from 'hono';
import { peopleRequestSchema } from '../contract/index.ts';
import { parseBody } from '../http/body.ts';
import { problemResponse } from '../http/problem.ts';
import { forRequest, type SignedEnv } from '../http/signed.ts';
import { type ListDeps, listPeople } from '../people/list.ts';

/** POST /v1/people: who may stand at the counter for a cardholder. A body, so that no number stands in an address. */
export const postPeople = (deps: ListDeps) => async (context: Context<SignedEnv>) => {
  const parsed = parseBody(context.var.body, peopleRequestSchema);
  if (!parsed.ok) return problemResponse(parsed);
  const listed = await listPeople(forRequest(deps, context), context.var.kiosk.id, parsed.value.cardholder);
  return listed.ok ? Response.json(listed.people) : problemResponse(listed);
};
