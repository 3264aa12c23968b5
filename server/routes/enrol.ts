import { newId, type World } from '../clock.ts';
import { type EnrolRequest, enrolRequestSchema } from '../contract/index.ts';
import type { Store } from '../db/store.ts';
import { parseBody, readBody } from '../http/body.ts';
import { problemResponse } from '../http/problem.ts';
import { createQuota } from '../http/quota.ts';
import { hashOfCode } from '../keep/kiosks.ts';
import { type Refusal, refuse } from '../refusal.ts';

export type EnrolDeps = {
  readonly store: Store;
  readonly world: World;
  /** One-time codes. */
  readonly codes: readonly string[];
};

const LIMIT = 16 * 1024;
/** Wrong codes at once, and milliseconds for one more: a code of six letters outlasts its guesser by centuries. */
const WRONG_CODES = { most: 10, refillMs: 6000 } as const;

/** POST /v1/kiosks: a kiosk makes its key known, with a code from the operator. */
export const enrolKiosk = (deps: EnrolDeps) => {
  const guesses = createQuota(WRONG_CODES.most, WRONG_CODES.refillMs, deps.world.now);
  return async (context: { req: { raw: Request } }) => {
    const body = await readBody(context.req.raw, LIMIT);
    if (!(body instanceof Uint8Array)) return problemResponse(body);
    const parsed = parseBody(body, enrolRequestSchema);
    if (!parsed.ok) return problemResponse(parsed);
    if (!guesses.has()) return problemResponse(refuse('enrolment-limited'), { 'retry-after': '60' });
    const enrolled = await enrol(deps, parsed.value);
    if (enrolled.ok) return Response.json({ kiosk: enrolled.kiosk }, { status: 201 });
    guesses.spend();
    await deps.store.audit.append({ at: deps.world.now(), who: 'backend', what: enrolled.code });
    return problemResponse(enrolled);
  };
};

async function enrol(deps: EnrolDeps, request: EnrolRequest): Promise<{ ok: true; kiosk: string } | Refusal> {
  const { code, name, store } = request;
  const { x } = request.key;
  if (Buffer.from(x, 'base64url').toString('base64url') !== x)
    return refuse('validation-failed', undefined, [{ path: 'key.x', message: '32 bytes in base64url' }]);
  const hash = hashOfCode(code);
  const now = await deps.store.now();
  const isKnown = deps.codes.map(hashOfCode).includes(hash) || (await deps.store.keeping.isOffered(hash, now));
  if (!isKnown) return refuse('enrolment-code-unknown');
  return deps.store.transaction(async ({ kiosks, audit }) => {
    const before = await kiosks.codeUsedBy(hash);
    // The same kiosk again: the answer to its first request was lost.
    if (before?.key === x && before.revoked_at === null) return { ok: true, kiosk: before.id };
    if (before) return refuse('enrolment-code-used');
    const id = newId(deps.world);
    await kiosks.insert({ id, name, store, key: x, enrolled_at: now, revoked_at: null });
    await kiosks.useCode(hash, id, now);
    await audit.append({ at: now, who: `kiosk:${id}`, what: 'kiosk-enrolled', detail: { name, store } });
    return { ok: true, kiosk: id };
  });
}
