import { createPublicKey } from 'node:crypto';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { isId, type World } from '../clock.ts';
import { MAX_SKEW_MS, type SignedParts, verifyBody, verifyHead } from '../contract/signature.ts';
import type { Store } from '../db/store.ts';
import type { KioskRow } from '../db/tables.ts';
import { refuse } from '../refusal.ts';
import { readBody } from './body.ts';
import { type SeenNonces, spendingStore } from './nonce.ts';
import { problemResponse } from './problem.ts';

/** What a route that only kiosks reach has at hand. */
export type SignedEnv = {
  Variables: {
    kiosk: KioskRow;
    body: Uint8Array;
    /** The store, whose first transaction makes sure that this request is done once. */
    store: Store;
  };
};

/** The means of a route, with the store of its request. */
export const forRequest = <Deps extends { readonly store: Store }>(deps: Deps, context: Context<SignedEnv>): Deps => ({
  ...deps,
  store: context.var.store,
});

/** Lets only requests through that an enrolled kiosk signed, once each. `limit`: bytes of the body. */
export function signedBy(deps: { readonly store: Store; readonly world: World }, limit: number, seen: SeenNonces) {
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
    // Kept until the signature is too old to be taken anyway; `created` counts whole seconds.
    const until = check.created + MAX_SKEW_MS + 1000;
    const nonce = { kiosk: check.kiosk, nonce: check.nonce, until };
    const wrong = verifyBody({ ...head, body });
    if (wrong) {
      // Once for each signature: whoever holds one must not fill the audit with it.
      const isNews = seen.take({ ...nonce, nonce: `${CHANGED} ${check.nonce}` }, deps.world.now());
      if (isNews) await noteChange(deps.store, check.kiosk, context.req.param('id'), wrong.code);
      return problemResponse(refuse(wrong.code, wrong.message));
    }
    context.set('kiosk', kiosk!);
    context.set('body', body);
    const isNew = seen.take(nonce, deps.world.now()) && !(await deps.store.kiosks.knowsNonce(check.kiosk, check.nonce));
    if (!isNew) return problemResponse(refuse('nonce-replayed'));
    const { store, spend } = spendingStore(deps.store, nonce);
    context.set('store', store);
    await next();
    // What only reads can be repeated without harm: the memory of this process is enough for it.
    if (method !== 'GET' && method !== 'HEAD') await spend();
  });
}

const CHANGED = 'request-changed';

/** A kiosk signed the head, and somebody on the line changed the body: that is for the audit to remember. */
async function noteChange(store: Store, kiosk: string, id: string | undefined, code: string): Promise<void> {
  const row = id !== undefined && isId(id) ? await store.verifications.find(id) : undefined;
  const line = { at: await store.now(), who: `kiosk:${kiosk}`, what: CHANGED, detail: { code } };
  await store.audit.append(row?.kiosk === kiosk ? { ...line, verification: row.id } : line);
}
