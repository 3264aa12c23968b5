import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { Mode } from './faults.ts';

export type Env = { Bindings: HttpBindings };

/** What the authority would say. */
export type Speech = {
  readonly answer: () => Promise<unknown>;
  /** As if the signature were wrong. */
  readonly signatureError: () => unknown;
};

export type Slowness = { readonly slowMs: number; readonly stopping: AbortSignal };

const JSON_TYPE = { 'content-type': 'application/json' };

/** Answers, or misbehaves in one of the ways of faults.ts. */
export async function behave(
  c: Context<Env>,
  mode: Exclude<Mode, 'flapping'>,
  speech: Speech,
  { slowMs, stopping }: Slowness,
): Promise<Response> {
  if (mode === 'down') return cut(c);
  if (mode === 'slow') {
    const signal = AbortSignal.any([c.req.raw.signal, stopping]);
    await sleep(slowMs, undefined, { signal }).catch(() => undefined);
  }
  if (mode === 'malformed') return c.body('{"Response":{"Result":"0","infcode":0', 200, JSON_TYPE);
  if (mode === 'huge') return c.body(`{"filler":"${'x'.repeat(3 * 1024 * 1024)}"}`, 200, JSON_TYPE);
  if (mode === 'broken') return c.json({ title: 'broken' }, 500);
  if (mode === 'wrong-signature') return c.json(speech.signatureError() as object);
  // The rest hold the right answer, so that whoever overlooks the fault is found out.
  const text = JSON.stringify(await speech.answer());
  if (mode === 'truncated') return cut(c, text);
  if (mode === 'deep')
    return c.body(inFront(text, `"deep":${'['.repeat(10_000)}${']'.repeat(10_000)}`), 200, JSON_TYPE);
  if (mode === 'duplicate-keys') return c.body(inFront(text, firstKeyAgain(text)), 200, JSON_TYPE);
  if (mode === 'redirect') return c.body(text, 307, { ...JSON_TYPE, location: c.req.path });
  if (mode === 'web-page') return c.body(text, 200, { 'content-type': 'text/html' });
  return c.body(text, 200, JSON_TYPE);
}

/** As if nobody listened: the line is cut, before any answer or in the middle of it. */
function cut(c: Context<Env>, text?: string): Response {
  const { incoming, outgoing } = c.env;
  if (text === undefined) {
    incoming.socket.destroy();
    return c.body(null, 503);
  }
  outgoing.writeHead(200, { ...JSON_TYPE, 'x-sandbox': '1', 'content-length': Buffer.byteLength(text) + 1 });
  outgoing.write(text, () => incoming.socket.destroySoon());
  return RESPONSE_ALREADY_SENT;
}

const inFront = (object: string, member: string): string => object.replace('{', `{${member},`);

/** `{"infcode":0,…` → `"infcode":"another"`. */
function firstKeyAgain(object: string): string {
  const [first] = Object.keys(JSON.parse(object));
  return `${JSON.stringify(first)}:"another"`;
}
