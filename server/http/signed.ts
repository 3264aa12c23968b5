import { createPublicKey } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import type { World } from '../clock.ts';
import { MAX_SKEW_MS, type SignedParts, verifyBody, verifyHead } from '../contract/signature.ts';
import type { Store } from '../db/store.ts';
import type { KioskRow } from '../db/tables.ts';
import { refuse } from '../refusal.ts';
import { readBody } from './body.ts';
import { problemResponse } from './problem.ts';

/** What a route that only kiosks reach has at hand. */
export type SignedEnv = { Variables: { kiosk: KioskRow; body: Uint8Array } };

/** Lets only requests through that an enrolled kiosk signed, once each. `limit`: bytes of the body. */
export function signedBy(deps: { readonly store: Store; readonly world: World }, limit: number) {
  return createMiddleware<SignedEnv>(async (context, next) => {
    const { method, url } = context.req;
    const head: SignedParts = { method, url, headers: Object.fromEntries(context.req.raw.headers) };
    let kiosk: KioskRow | undefined;
    const keyOf = async (id: string) => {
      kiosk = await deps.store.kiosks.find(id);
      if (!kiosk || kiosk.revoked_at !== null) return undefined;
      return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: kiosk.key }, format: 'jwk' });
    };
    // Before the body: only an enrolled kiosk may make us read megabytes.
    const check = await verifyHead(head, { keyOf, now: deps.world.now() });
    if (!check.ok) return problemResponse(refuse(check.code, check.message));
    const body = await readBody(context.req.raw, limit);
    if (!(body instanceof Uint8Array)) return problemResponse(body);
    const wrong = verifyBody({ ...head, body });
    if (wrong) return problemResponse(refuse(wrong.code, wrong.message));
    // Kept until the signature is too old to be taken anyway; `created` counts whole seconds.
    const until = check.created + MAX_SKEW_MS + 1000;
    if (!(await deps.store.kiosks.useNonce(check.kiosk, check.nonce, until)))
      return problemResponse(refuse('nonce-replayed'));
    context.set('kiosk', kiosk!);
    context.set('body', body);
    return next();
  });
}
