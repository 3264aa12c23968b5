import { z } from 'zod';
import type { Problem } from '../../server/contract/problem.ts';
import { refusal } from '../problems.ts';

/** Longest line of a till, bytes: the largest body and what stands around it. */
export const MAX_LINE = 24 * 1024;

/** Tills number their requests; what comes back has the same id. */
const idSchema = z.union([z.number().int(), z.string().min(1).max(64)]);

const requestSchema = z.strictObject({
  id: idSchema,
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
  /** As over HTTP, e.g. `/v1/verifications?sale=S-1`. */
  path: z.string().regex(/^\/[\x21-\x7e]{0,1023}$/, 'begins with / and holds visible ASCII characters only'),
  headers: z
    .strictObject({
      authorization: z.string().max(600).optional(),
      'idempotency-key': z.string().max(128).optional(),
      'last-event-id': z.string().max(20).optional(),
      'accept-language': z.string().max(100).optional(),
    })
    .default({}),
  body: z.unknown().optional(),
});
/** Ends a stream of events that `cancel` began. */
const cancelSchema = z.strictObject({ cancel: idSchema });

export type SerialId = z.output<typeof idSchema>;
export type SerialRequest = z.output<typeof requestSchema>;
export type SerialLine =
  | { readonly kind: 'request'; readonly request: SerialRequest }
  | { readonly kind: 'cancel'; readonly id: SerialId }
  | { readonly kind: 'wrong'; readonly id: SerialId | null; readonly problem: Problem };

/** What a till wrote. */
export function readSerialLine(text: string): SerialLine {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'wrong', id: null, problem: refusal('json-malformed') };
  }
  const cancel = cancelSchema.safeParse(json);
  if (cancel.success) return { kind: 'cancel', id: cancel.data.cancel };
  const request = requestSchema.safeParse(json);
  if (request.success) return { kind: 'request', request: request.data };
  const known = idSchema.safeParse((json as { id?: unknown } | null)?.id);
  const issues = request.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  return { kind: 'wrong', id: known.success ? known.data : null, problem: refusal('request-invalid', { issues }) };
}

/** What the kiosk writes: 7-bit, so that no setting of the line or code page of the till changes it. */
export function writeSerialLine(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
