import { z } from 'zod';
import type { Problem } from '../../server/contract/problem.ts';
import { verificationRequestSchema } from '../../server/contract/schemas.ts';
import { refusal } from '../problems.ts';

/** Bytes. */
export const MAX_BODY = 16 * 1024;

/** What a till sends; who it is comes from its key, never from the body. */
export const tillRequestSchema = verificationRequestSchema.omit({ till: true });
export type TillRequest = z.output<typeof tillRequestSchema>;

const keySchema = z.string().regex(/^[\x21-\x7e]{1,128}$/);

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export function readIdempotencyKey(header: string | undefined): Read<string> {
  const parsed = keySchema.safeParse(header);
  return parsed.success ? { ok: true, value: parsed.data } : no('idempotency-key-missing');
}

/** @param text the body, or undefined when it was too large. */
export function readTillRequest(type: string | undefined, text: string | undefined): Read<TillRequest> {
  if (text === undefined) return no('body-too-large');
  // A page of another site can send a form without asking, but not JSON.
  if (!/^application\/json\s*(;|$)/i.test(type ?? '')) return no('type-unsupported');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return no('json-malformed');
  }
  const parsed = tillRequestSchema.safeParse(json);
  if (!parsed.success) return { ok: false, problem: describe(parsed.error.issues) };
  return parsed.data.channel === 'kiosk' ? { ok: true, value: parsed.data } : no('channel-unavailable');
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
