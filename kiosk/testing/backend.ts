import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { AssistanceRequest, Help } from '../../server/contract/assistance.ts';
import { PROBLEM_TYPE } from '../../server/contract/problem.ts';
import { RECEIPT_ISSUER, RECEIPT_TYPE, type Receipt } from '../../server/contract/receipt.ts';
import type { AuthorityName, CancelRequest, Verification, VerificationResult } from '../../server/contract/schemas.ts';

/** A backend over real HTTP that speaks the schemas and does as the test says; the real one is under its own tests. */
export type TestBackend = Awaited<ReturnType<typeof startTestBackend>>;

type Kept = { verification: Verification; watchers: Set<() => void>; key: string };

export const PERSON = '110101194910010028';
export const AGREED = { bank: 'match', police: 'match', insurer: 'match' } as const;
const PLAN = { steps: [{ challenge: 'turn-left', holdMs: 0 }], stepLimitMs: 7000, totalLimitMs: 40_000 } as const;

export async function startTestBackend() {
  const all = new Map<string, Kept>();
  const withdrawn = new Set<string>();
  const seen: { creates: number; evidence: string[]; cancels: CancelRequest[]; signed: boolean[] } = {
    creates: 0,
    evidence: [],
    cancels: [],
    signed: [],
  };
  const knobs = {
    lifetimeMs: 30_000,
    evidenceFails: 0,
    dropStreams: false,
    unknown: false,
    decide: true,
    forge: false,
    /** An appeal comes with the receipt from before. */
    oldReceipt: false,
    loseRetry: 0,
    assistable: ['gentle', 'attested'] as Help[],
    /** What a question waits for on its way, and its answer on the way back. */
    onItsWay: async (): Promise<void> => undefined,
    onItsWayBack: async (): Promise<void> => undefined,
    next: [] as ('retry' | 'appeal')[],
  };
  const enc: JWK = {
    ...(await exportJWK((await generateKeyPair('ECDH-ES', { crv: 'X25519' })).publicKey)),
    use: 'enc',
    kid: 'e1',
  };
  const keys = generateKeyPairSync('ed25519');
  const stranger = generateKeyPairSync('ed25519');
  const sig: JWK = { ...(keys.publicKey.export({ format: 'jwk' }) as JWK), use: 'sig', kid: 'r1', alg: 'EdDSA' };
  const sign = (said: object) => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'EdDSA', kid: 'r1', typ: RECEIPT_TYPE })}.${part(said)}`;
    const key = knobs.forge ? stranger.privateKey : keys.privateKey;
    return `${text}.${signBytes(null, Buffer.from(text), key).toString('base64url')}`;
  };
  const app = new Hono();

  const change = (id: string, next: Partial<Verification>) => {
    const kept = all.get(id)!;
    if (kept.verification.result) return false;
    kept.verification = { ...kept.verification, ...next };
    for (const watcher of kept.watchers) watcher();
    return true;
  };
  const end = (id: string, outcome: VerificationResult['outcome'], reason: string) => {
    const result = {
      outcome,
      reason,
      authorities: AGREED,
      receipt: sign(receiptOf(all.get(id)!.verification, outcome, reason)),
      decidedAt: new Date().toISOString(),
      next: knobs.next,
      ...(outcome === 'cancelled' && { cancelledBy: seen.cancels.at(-1)?.by ?? 'till' }),
    };
    return change(id, { state: outcome, result });
  };
  const answer = (id: string, name: AuthorityName) =>
    change(id, { answered: [...all.get(id)!.verification.answered, name] });
  const problem = (status: number, code: string) =>
    new Response(JSON.stringify({ type: 'about:blank', title: code, status, code }), {
      status,
      headers: { 'content-type': PROBLEM_TYPE },
    });

  app.use('/v1/verifications/*', async (context, next) => {
    seen.signed.push(context.req.header('signature') !== undefined);
    await next();
  });
  app.post('/v1/kiosks', (context) => context.json({ kiosk: 'kiosk-1' }, 201));
  app.get('/.well-known/jwks.json', (context) => context.json({ keys: [enc, sig] }));
  app.post('/v1/verifications', async (context) => {
    seen.creates++;
    if (knobs.unknown) return problem(404, 'person-unknown');
    const key = context.req.header('idempotency-key')!;
    const body = (await context.req.json()) as { till: string; sale: string; channel: 'kiosk' } & Wished;
    await knobs.onItsWay();
    const before = [...all.values()].find((kept) => kept.key === key);
    if (before) return context.json(before.verification);
    if (withdrawn.has(key)) return problem(409, 'question-withdrawn');
    const now = Date.now();
    const verification: Verification = {
      id: `v${all.size + 1}`,
      state: 'created',
      till: body.till,
      sale: body.sale,
      channel: body.channel,
      purpose: 'purchase',
      cardholder: { name: '张*', idNumber: '110***********0029' },
      subject: { name: '张*', idNumber: '110***********0029', who: 'cardholder' },
      round: 1,
      rounds: 3,
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + knobs.lifetimeMs).toISOString(),
      ...assistedBy(body.assistance),
      assistable: knobs.assistable,
      answered: [],
    };
    all.set(verification.id, { verification, watchers: new Set(), key });
    await knobs.onItsWayBack();
    return context.json(verification, 201);
  });
  app.post('/v1/verifications/withdraw', async (context) => {
    const { key } = (await context.req.json()) as { key: string };
    const found = [...all.values()].find((kept) => kept.key === key);
    if (!found) withdrawn.add(key);
    return context.json({ verification: found?.verification ?? null });
  });
  app.get('/v1/verifications/:id', (context) => {
    const kept = all.get(context.req.param('id'));
    return kept ? context.json(kept.verification) : problem(404, 'verification-unknown');
  });
  app.post('/v1/verifications/:id/attempts', (context) => {
    const id = context.req.param('id');
    if (!change(id, { state: 'capturing' })) return problem(409, 'verification-ended');
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const kind = all.get(id)!.verification.assistance?.kind;
    const plan = { ...PLAN, ...(kind && { assistance: kind }), ...(kind === 'attested' && { steps: [] }) };
    return context.json({ id: 'a1', verification: id, nonce: 'n'.repeat(22), plan, expiresAt }, 201);
  });
  app.post('/v1/verifications/:id/attempts/:attempt/evidence', async (context) => {
    const id = context.req.param('id');
    seen.evidence.push(await context.req.text());
    if (knobs.evidenceFails-- > 0) return new Response('bad gateway', { status: 502 });
    change(id, { state: 'matching' });
    if (knobs.decide)
      setTimeout(() => {
        answer(id, 'bank');
        answer(id, 'police');
        answer(id, 'insurer');
        end(id, 'verified', 'matched');
      }, 30);
    return context.json(all.get(id)!.verification, 202);
  });
  app.post('/v1/verifications/:id/cancel', async (context) => {
    const request = (await context.req.json()) as CancelRequest;
    seen.cancels.push(request);
    const id = context.req.param('id');
    return end(id, 'cancelled', request.reason)
      ? context.json(all.get(id)!.verification)
      : problem(409, 'verification-ended');
  });
  app.post('/v1/verifications/:id/assistance', async (context) => {
    const asked = (await context.req.json()) as AssistanceRequest;
    const { verification } = all.get(context.req.param('id'))!;
    if (!knobs.assistable.includes(asked.kind as Help)) return problem(422, 'assistance-not-allowed');
    const expiresAt = new Date(Date.parse(verification.expiresAt) + ASSISTED_MS).toISOString();
    const more = { expiresAt, lifetimeMs: knobs.lifetimeMs + ASSISTED_MS, ...assistedBy(asked) };
    if (!change(verification.id, more)) return problem(409, 'verification-ended');
    return context.json(all.get(verification.id)!.verification);
  });
  app.post('/v1/verifications/:id/retry', async (context) => {
    const text = await context.req.text();
    const { assistance: asked } = (text === '' ? {} : JSON.parse(text)) as Wished;
    const kept = all.get(context.req.param('id'))!;
    if (!kept.verification.result) return problem(409, 'verification-live');
    if (!kept.verification.result.next.includes('retry')) return problem(409, 'retry-pointless');
    const { result: _, assistance: before, ...rest } = kept.verification;
    const assistance = asked ? assistedBy(asked) : { assistance: before };
    const expiresAt = new Date(Date.now() + knobs.lifetimeMs).toISOString();
    kept.verification = { ...rest, state: 'waiting', answered: [], round: rest.round + 1, expiresAt, ...assistance };
    await knobs.onItsWayBack();
    if (knobs.loseRetry-- > 0) return new Response('bad gateway', { status: 502 });
    return context.json(kept.verification);
  });
  app.post('/v1/verifications/:id/appeal', async (context) => {
    const kept = all.get(context.req.param('id'))!;
    const { by } = (await context.req.json()) as { by: 'cashier' };
    const appeal = { by, at: new Date().toISOString(), decision: 'open' } as const;
    const { result } = kept.verification;
    const asked = { ...kept.verification, state: 'appealed', appeal } as const;
    const receipt = sign({ ...receiptOf(asked, result!.outcome, result!.reason), appeal });
    kept.verification = { ...asked, result: { ...result!, ...(!knobs.oldReceipt && { receipt }) } };
    return context.json(kept.verification);
  });
  app.post('/v1/people', (context) =>
    context.json({
      cardholder: { name: '张*', idNumber: '110***********0029', needsGuardian: false },
      relatives: [],
      relations: [{ code: '1', label: '配偶' }],
      family: 'known',
      expiresAt: new Date(Date.now() + 60_000).toISOString(),
    }),
  );
  app.get('/v1/verifications/:id/events', (context) => {
    if (knobs.dropStreams) return problem(503, 'try-later');
    return new Response(states(all.get(context.req.param('id'))!), {
      headers: { 'content-type': 'text/event-stream' },
    });
  });

  let port = 0;
  let server: Server | undefined;
  const open = () =>
    new Promise<void>((resolve) => {
      server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, (info) => {
        port = info.port;
        resolve();
      }) as Server;
    });
  const shut = () =>
    new Promise<void>((resolve) => {
      server?.close(() => resolve());
      server?.closeAllConnections();
    });
  await open();
  const receiptKept = (id: string) => all.get(id)!.verification.result!.receipt;
  return { url: `http://127.0.0.1:${port}`, receiptOf: receiptKept, seen, knobs, all, end, answer, change, open, shut };
}

type Wished = { readonly assistance?: AssistanceRequest };
const ASSISTED_MS = 60_000;

function assistedBy(asked: AssistanceRequest | undefined): Pick<Verification, 'assistance'> {
  if (!asked || asked.kind === 'none') return {};
  return { assistance: asked.kind === 'attested' ? { kind: asked.kind, by: asked.by } : { kind: asked.kind } };
}

function receiptOf(asked: Verification, outcome: VerificationResult['outcome'], reason: string): Receipt {
  const { id, sale, till, channel, round, purpose, cardholder, subject, assistance } = asked;
  return {
    iss: RECEIPT_ISSUER,
    jti: `receipt-of-${id}-${round}`,
    iat: Math.floor(Date.now() / 1000),
    verification: id,
    created: Math.floor(Date.parse(asked.createdAt) / 1000),
    round,
    sale,
    till,
    kiosk: 'kiosk-1',
    store: 'S001',
    channel,
    purpose,
    outcome,
    reason,
    authorities: AGREED,
    required: ['bank', 'police', 'insurer'],
    cardholder,
    subject: { name: subject.name, idNumber: subject.idNumber },
    by_hand: false,
    ...(assistance && { assistance }),
    policy: 'test',
  };
}

/** Each state once, then the end of the stream. */
function states(kept: Kept): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let watcher: (() => void) | undefined;
  return new ReadableStream({
    start(controller) {
      watcher = () => {
        controller.enqueue(encoder.encode(`event: state\ndata: ${JSON.stringify(kept.verification)}\n\n`));
        if (!kept.verification.result) return;
        kept.watchers.delete(watcher!);
        controller.close();
      };
      kept.watchers.add(watcher);
      watcher();
    },
    cancel() {
      kept.watchers.delete(watcher!);
    },
  });
}
