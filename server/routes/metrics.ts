import { createHash, timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { problemResponse } from '../http/problem.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { refuse } from '../refusal.ts';

export type MetricsDeps = {
  readonly metrics: Pick<Metrics, 'render' | 'type'>;
  /** Opens the metrics to whoever bears it; without one they are for this machine alone. */
  readonly metricsToken?: string;
};

/** GET /metrics */
export const getMetrics = (deps: MetricsDeps) => async (context: Context) => {
  const open = deps.metricsToken === undefined ? isLocal(context) : bears(context, deps.metricsToken);
  if (!open) return problemResponse(refuse('metrics-closed'));
  return new Response(await deps.metrics.render(), { headers: { 'content-type': deps.metrics.type } });
};

function bears(context: Context, token: string): boolean {
  const given = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** A proxy on this machine makes everybody local: it must not pass /metrics on, or there has to be a token. */
function isLocal(context: Context): boolean {
  if (context.req.header('x-forwarded-for') ?? context.req.header('forwarded')) return false;
  const address = context.env && 'incoming' in context.env ? getConnInfo(context).remote.address : '127.0.0.1';
  return address === '::1' || /^(::ffff:)?127\./.test(address ?? '');
}
