import type { Hono } from 'hono';
import { z } from 'zod';
import { readBody } from '../../http/body.ts';
import { refusal } from '../../problems.ts';
import { problemResponse } from '../answer.ts';
import type { TillEnv } from '../env.ts';
import { readJson } from '../request.ts';
import type { Messages } from './messages.ts';
import { makeSecret } from './sign.ts';
import { type Reach, readTarget } from './target.ts';

export type WebhookDeps = {
  readonly messages: Pick<Messages, 'put' | 'find' | 'remove' | 'counts'>;
  readonly reach: Reach;
};

const MAX_BODY = 4096;
const webhookSchema = z.strictObject({
  url: z.string().max(512),
  pin: z
    .string()
    .regex(/^[\w-]{43}$/, 'base64url SHA-256 of the public key (SPKI)')
    .optional(),
});

/** Where a till wants to be told of outcomes; one address a till. */
export function routeWebhook(app: Hono<TillEnv>, { messages, reach }: WebhookDeps): void {
  app.get('/v1/webhook', (context) => {
    const webhook = messages.find(context.var.till.id);
    if (!webhook) return problemResponse(context, refusal('webhook-unknown'));
    const { url, pin } = webhook;
    return context.json({ url, ...(pin && { pin }), ...messages.counts(context.var.till.id) });
  });
  app.put('/v1/webhook', async (context) => {
    const text = await readBody(context.req.raw, MAX_BODY);
    const body = readJson(context.req.header('content-type'), text, webhookSchema);
    if (!body.ok) return problemResponse(context, body.problem);
    const target = readTarget(body.value.url, reach);
    if (typeof target === 'string')
      return problemResponse(context, refusal('webhook-refused', { issues: [{ path: 'url', message: target }] }));
    const { pin } = body.value;
    const webhook = { till: context.var.till.id, url: target.href, secret: makeSecret(), ...(pin && { pin }) };
    messages.put(webhook);
    // Said once; another PUT makes another.
    return context.json({ url: webhook.url, secret: webhook.secret, ...(pin && { pin }) });
  });
  app.delete('/v1/webhook', (context) =>
    messages.remove(context.var.till.id)
      ? context.body(null, 204)
      : problemResponse(context, refusal('webhook-unknown')),
  );
}
