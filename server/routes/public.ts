import type { JWK } from 'jose';
import { problemResponse } from '../http/problem.ts';
import { refuse } from '../refusal.ts';

export type PublicDeps = {
  readonly jwks: { readonly keys: readonly JWK[] };
  /** What is not ready, in words; undefined when everything is. */
  readonly unready: () => Promise<string | undefined>;
};

/** GET /healthz */
export const getLive = () => () => Response.json({ status: 'alive' });

/** GET /readyz */
export const getReady = (deps: PublicDeps) => async () => {
  const why = await deps.unready();
  return why === undefined ? Response.json({ status: 'ready' }) : problemResponse(refuse('not-ready', why));
};

/** GET /.well-known/jwks.json */
export const getJwks = (deps: PublicDeps) => () =>
  Response.json(deps.jwks, {
    headers: { 'content-type': 'application/jwk-set+json', 'cache-control': 'no-cache' },
  });
