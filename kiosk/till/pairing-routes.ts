import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { readBody } from '../http/body.ts';
import { refusal } from '../problems.ts';
import { problemResponse } from './answer.ts';
import type { TillEnv } from './env.ts';
import type { Pairings } from './pair.ts';
import { readJson } from './request.ts';

/** A name that can stand on the kiosk's screen: letters and digits of any script, and little else. */
const nameSchema = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._#-]{0,31}$/u, '1 to 32 letters, digits, spaces or ._#-');
const beginSchema = z.strictObject({ till: nameSchema });
const confirmSchema = z.strictObject({ share: z.string().max(1024), proof: z.string().max(128) });

const MAX_BODY = 4096;

/** The certificate that a till sees on the line of this request. */
type Pin = (context: Context) => string;

/** Pairing needs no key: whoever asks makes the kiosk show a code, and has to know it. */
export function routePairings(
  app: Hono<TillEnv>,
  pairings: Pick<Pairings, 'begin' | 'confirm' | 'cancel'>,
  pin: Pin,
): void {
  app.post('/v1/pairings', async (context) => {
    const body = await read(context, beginSchema);
    if (!body.ok) return problemResponse(context, body.problem);
    const begun = await pairings.begin(body.value.till, pin(context));
    if (begun.ok) return context.json(begun.value, 201);
    if ('retryAfter' in begun.problem) context.header('retry-after', String(begun.problem.retryAfter));
    return problemResponse(context, begun.problem);
  });
  app.post('/v1/pairings/:id/confirm', async (context) => {
    const body = await read(context, confirmSchema);
    if (!body.ok) return problemResponse(context, body.problem);
    const paired = await pairings.confirm(context.req.param('id'), body.value.share, body.value.proof);
    return paired.ok ? context.json(paired.value) : problemResponse(context, paired.problem);
  });
  app.post('/v1/pairings/:id/cancel', (context) =>
    pairings.cancel(context.req.param('id'))
      ? context.body(null, 204)
      : problemResponse(context, refusal('pairing-unknown')),
  );
}

async function read<T>(context: Context, schema: z.ZodType<T>) {
  return readJson(context.req.header('content-type'), await readBody(context.req.raw, MAX_BODY), schema);
}
