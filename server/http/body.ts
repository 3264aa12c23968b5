import type { z } from 'zod';
import { type Refusal, refuse } from '../refusal.ts';

/** The whole body, if it comes, and is not larger than `limit` bytes; what is too large is not read to its end. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array | Refusal> {
  const large = refuse('body-too-large', `at most ${limit} bytes are taken here`);
  if (Number(request.headers.get('content-length') ?? 0) > limit) return large;
  if (!request.body) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of request.body as ReadableStream<Uint8Array>) {
      size += part.byteLength;
      if (size > limit) return large;
      parts.push(part);
    }
  } catch {
    // Whoever sent it is gone, which is no fault of ours.
    return refuse('body-cut');
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** A JSON body that keeps to a schema, or what is wrong with it, place by place; never what stood there. */
export function parseBody<S extends z.ZodType>(
  body: Uint8Array,
  schema: S,
): { readonly ok: true; readonly value: z.output<S> } | Refusal {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return refuse('body-malformed');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  return refuse('validation-failed', undefined, parsed.error.issues.flatMap(tell).slice(0, 20));
}

function tell(issue: z.core.$ZodIssue): { path: string; message: string }[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, named(key)].join('.'), message: 'unknown field' }));
  return [{ path: path.join('.'), message: issue.message }];
}

/** The names of unknown fields are the sender's words: they point only where they look like names. */
const named = (key: string): string => (/^[A-Za-z_][\w-]{0,39}$/.test(key) && !/\d{4}/.test(key) ? key : '?');
