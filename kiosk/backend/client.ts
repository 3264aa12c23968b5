import type { JWK } from 'jose';
import { z } from 'zod';
import type { AssistanceRequest } from '../../server/contract/assistance.ts';
import { type Cardholder, peopleSchema } from '../../server/contract/people.ts';
import { PROBLEM_TYPE, type Problem, problemSchema } from '../../server/contract/problem.ts';
import {
  type AppealRequest,
  type Attempt,
  attemptSchema,
  type CancelRequest,
  type EnrolRequest,
  enrolResponseSchema,
  type VerificationRequest,
  verificationSchema,
  type WithdrawRequest,
  withdrawResponseSchema,
} from '../../server/contract/schemas.ts';

import { createReceiptReader } from './receipt.ts';

/** What the backend said, or why nothing usable came: a value, never an exception. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** One request before it goes out; `body` is exactly what is sent. */
export type Outgoing = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type BackendDeps = {
  readonly url: string;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
  /** The headers of the request, plus the kiosk's signature over it. */
  readonly sign: (request: Outgoing) => Promise<Readonly<Record<string, string>>>;
};

type PeopleRequest = { readonly cardholder: Cardholder };

export type Backend = ReturnType<typeof createBackend>;

type Call<T> = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly schema: z.ZodType<T>;
  readonly json?: unknown;
  /** A body that is no JSON, with its type. */
  readonly raw?: { readonly type: string; readonly body: string };
  readonly idempotencyKey?: string;
  /** How often it may be sent: more than once only where twice is as good as once. */
  readonly tries: number;
};

const nothing = z.unknown().transform(() => undefined);
const jwksSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string(), use: z.string().optional() })) });

/** The backend as the kiosk sees it. Every request is signed and ends within its time. */
export function createBackend(deps: BackendDeps) {
  const call = <T>(what: Call<T>) => send(deps, what);
  const at = (id: string) => `/v1/verifications/${encodeURIComponent(id)}`;
  const receipts = createReceiptReader(async () => {
    const answer = await call({ method: 'GET', path: '/.well-known/jwks.json', schema: jwksSchema, tries: 2 });
    return answer.ok ? { ok: true, value: answer.value.keys as readonly JWK[] } : answer;
  });
  return {
    create: (request: VerificationRequest, idempotencyKey: string) =>
      call({
        method: 'POST',
        path: '/v1/verifications',
        schema: verificationSchema,
        json: request,
        idempotencyKey,
        tries: 2,
      }),
    /** Of a question whose answer never came: what came of it, or null, and then nothing will. */
    withdraw: (till: string, key: string) =>
      call({
        method: 'POST',
        path: '/v1/verifications/withdraw',
        schema: withdrawResponseSchema.transform(({ verification }) => verification),
        json: { till, key } satisfies WithdrawRequest,
        tries: 2,
      }),
    find: (id: string) => call({ method: 'GET', path: at(id), schema: verificationSchema, tries: 2 }),
    /** The same key asks for the same attempt: a plan whose answer was lost is not lost. */
    openAttempt: (id: string, idempotencyKey: string): Promise<Answer<Attempt>> =>
      call({ method: 'POST', path: `${at(id)}/attempts`, schema: attemptSchema, idempotencyKey, tries: 2 }),
    submit: (id: string, attempt: string, jwe: string) =>
      call({
        method: 'POST',
        path: `${at(id)}/attempts/${encodeURIComponent(attempt)}/evidence`,
        schema: nothing,
        raw: { type: 'application/jose', body: jwe },
        tries: 1,
      }),
    /** Twice is as good as once: a verification ends exactly once. */
    cancel: (id: string, request: CancelRequest) =>
      call({
        method: 'POST',
        path: `${at(id)}/cancel`,
        schema: verificationSchema.or(nothing),
        json: request,
        tries: 2,
      }),
    /** Another round of one that ended; sent once more, a round that runs already is `verification-live`. */
    retry: (id: string, assistance?: AssistanceRequest) =>
      call({
        method: 'POST',
        path: `${at(id)}/retry`,
        schema: verificationSchema,
        ...(assistance && { json: { assistance } }),
        tries: 2,
      }),
    /** Asks less of the person, before an attempt was opened; twice is once. */
    assist: (id: string, asked: AssistanceRequest) =>
      call({ method: 'POST', path: `${at(id)}/assistance`, schema: verificationSchema, json: asked, tries: 2 }),
    appeal: (id: string, request: AppealRequest) =>
      call({ method: 'POST', path: `${at(id)}/appeal`, schema: verificationSchema, json: request, tries: 1 }),
    /** Who may stand at the counter for a cardholder; masked. */
    people: (request: PeopleRequest) =>
      call({ method: 'POST', path: '/v1/people', schema: peopleSchema, json: request, tries: 2 }),
    /** The backend's public keys, among them the one that evidence is sealed to. */
    keys: receipts.keys,
    /** Whether what it says of a verification that has ended is what it signed. */
    check: receipts.check,
    /** The event stream of a verification as it comes; the caller reads and closes it. */
    events: (id: string, signal: AbortSignal): Promise<Answer<ReadableStream<Uint8Array>>> =>
      openStream(deps, `${at(id)}/events`, signal),
  };
}

/** Makes the device key known, once; the answer is the kiosk's id. Not signed: the backend does not know the key yet. */
export function enrol(deps: Omit<BackendDeps, 'sign'>, request: EnrolRequest): Promise<Answer<{ kiosk: string }>> {
  const unsigned = { ...deps, sign: async (outgoing: Outgoing) => outgoing.headers };
  return send(unsigned, { method: 'POST', path: '/v1/kiosks', schema: enrolResponseSchema, json: request, tries: 1 });
}

async function send<T>(deps: BackendDeps, what: Call<T>): Promise<Answer<T>> {
  let answer: Answer<T> = unreachable('not tried');
  for (let turn = 0; turn < what.tries; turn++) {
    answer = await sendOnce(deps, what);
    if (answer.ok || answer.problem.code !== 'backend-unreachable') return answer;
  }
  return answer;
}

async function sendOnce<T>(deps: BackendDeps, what: Call<T>): Promise<Answer<T>> {
  const body = what.raw?.body ?? (what.json === undefined ? undefined : JSON.stringify(what.json));
  const request: Outgoing = {
    method: what.method,
    url: new URL(what.path, deps.url).href,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': what.raw?.type ?? 'application/json' }),
      ...(what.idempotencyKey ? { 'idempotency-key': what.idempotencyKey } : {}),
    },
    ...(body === undefined ? {} : { body }),
  };
  const signed = await deps.sign(request);
  try {
    const signal = AbortSignal.timeout(deps.timeoutMs);
    const response = await deps.fetch(request.url, { ...request, headers: signed, redirect: 'error', signal });
    return await read(response, what.schema);
  } catch (error) {
    return unreachable(describe(error));
  }
}

async function read<T>(response: Response, schema: z.ZodType<T>): Promise<Answer<T>> {
  const text = await response.text();
  const json = parse(text);
  if (!response.ok) return { ok: false, problem: toProblem(response, json) };
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  return unreachable(`its answer is not of the agreed form (${parsed.error.issues[0]?.path.join('.') ?? ''})`);
}

async function openStream(
  deps: BackendDeps,
  path: string,
  signal: AbortSignal,
): Promise<Answer<ReadableStream<Uint8Array>>> {
  const request: Outgoing = {
    method: 'GET',
    url: new URL(path, deps.url).href,
    headers: { accept: 'text/event-stream' },
  };
  const headers = await deps.sign(request);
  try {
    const response = await deps.fetch(request.url, { headers, redirect: 'error', signal });
    if (response.ok && response.body) return { ok: true, value: response.body };
    return { ok: false, problem: toProblem(response, parse(await response.text())) };
  } catch (error) {
    return unreachable(describe(error));
  }
}

function toProblem(response: Response, json: unknown): Problem {
  const isProblem = response.headers.get('content-type')?.startsWith(PROBLEM_TYPE);
  const parsed = problemSchema.safeParse(json);
  // Something on the way sent it twice, and the copy came first: whether it was done is not known.
  if (parsed.success && parsed.data.code === 'nonce-replayed')
    return unreachable('a copy of the request came first').problem;
  if (isProblem && parsed.success) return { ...parsed.data, status: response.status };
  return unreachable(`it answered ${response.status} without saying why`).problem;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why a request failed, without anything that it carried. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault';
  if (error.name === 'TimeoutError') return 'no answer within its time';
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? error.name;
}

export function unreachable(detail: string): { readonly ok: false; readonly problem: Problem } {
  return {
    ok: false,
    problem: {
      type: 'about:blank',
      title: 'the backend cannot be reached',
      status: 503,
      code: 'backend-unreachable',
      detail,
    },
  };
}
