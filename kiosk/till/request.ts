import { z } from 'zod';
import { assistanceRequestSchema } from '../../server/contract/assistance.ts';
import { peopleRequestSchema } from '../../server/contract/people.ts';
import type { Problem } from '../../server/contract/problem.ts';
import { appealRequestSchema, verificationRequestSchema } from '../../server/contract/schemas.ts';
import { refusal } from '../problems.ts';

/** Bytes. */
export const MAX_BODY = 16 * 1024;

/** What a till sends; who it is comes from its key, never from the body. */
export const tillRequestSchema = verificationRequestSchema.omit({ till: true });
export type TillRequest = z.output<typeof tillRequestSchema>;

export const peopleSchema = peopleRequestSchema;
export type PeopleRequest = z.output<typeof peopleSchema>;
export const appealSchema = appealRequestSchema;
/** `round`: which shall begin, so that a request that was sent twice begins one. `assistance`: as before without a word. */
export const retrySchema = z.strictObject({
  round: z.number().int().min(2).max(100).optional(),
  assistance: assistanceRequestSchema.optional(),
});
export const assistSchema = assistanceRequestSchema;

const keySchema = z.string().regex(/^[\x21-\x7e]{1,128}$/);

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export function readIdempotencyKey(header: string | undefined): Read<string> {
  const parsed = keySchema.safeParse(header);
  return parsed.success ? { ok: true, value: parsed.data } : no('idempotency-key-missing');
}

/** The longest wait for news, seconds: less than what proxies and tills take for a broken line. */
const LONGEST_WAIT_S = 60;
const waitSchema = z.coerce.number().min(0).max(LONGEST_WAIT_S).default(0);

/** @returns milliseconds. */
export function readWait(query: string | undefined): Read<number> {
  const parsed = waitSchema.safeParse(query);
  if (parsed.success) return { ok: true, value: parsed.data * 1000 };
  const issues = [{ path: 'wait', message: `0 to ${LONGEST_WAIT_S} seconds` }];
  return { ok: false, problem: refusal('request-invalid', { issues }) };
}

/** @param text the body, or undefined when it was too large. */
export function readTillRequest(type: string | undefined, text: string | undefined): Read<TillRequest> {
  const read = readJson(type, text, tillRequestSchema);
  if (!read.ok) return read;
  return read.value.channel === 'kiosk' ? read : no('channel-unavailable');
}

/** A JSON body that keeps to a schema, or what is wrong with it. @param text undefined when it was too large. */
export function readJson<T>(type: string | undefined, text: string | undefined, schema: z.ZodType<T>): Read<T> {
  if (text === undefined) return no('body-too-large');
  // A page of another site can send a form without asking, but not JSON.
  if (!/^application\/json\s*(;|$)/i.test(type ?? '')) return no('type-unsupported');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return no('json-malformed');
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, problem: describe(parsed.error.issues) };
}

/** What is wrong where; the values themselves are never repeated. */
function describe(issues: readonly z.core.$ZodIssue[]): Problem {
  const told = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.').slice(0, 128), message: 'unknown field' }))
      : [{ path: issue.path.join('.'), message: issue.message }],
  );
  const onlyId = issues.every((issue) => issue.code === 'custom' && issue.params?.code === 'id-number-invalid');
  return refusal(onlyId ? 'id-number-invalid' : 'request-invalid', { issues: told });
}

const no = (code: Parameters<typeof refusal>[0]): { ok: false; problem: Problem } => ({
  ok: false,
  problem: refusal(code),
});
