import { randomBytes } from 'node:crypto';
import type { Problem } from '../../server/contract/problem.ts';
import type { Verification, VerificationRequest } from '../../server/contract/schemas.ts';
import type { Answer, Backend } from '../backend/client.ts';
import type { Clock } from '../clock.ts';
import type { TillView } from '../contract.ts';
import type { Ask, Outbox } from '../outbox/verifications.ts';
import type { Span } from './ledger.ts';

export type TillRequest = Omit<VerificationRequest, 'till'>;
export type Asked =
  | { readonly ok: true; readonly fresh: boolean; readonly view: TillView }
  | { readonly ok: false; readonly problem: Problem };

export type AskDeps = {
  readonly backend: Pick<Backend, 'create'>;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Why nobody can be verified now; undefined when all is well. */
  readonly outOfOrder: () => Problem | undefined;
  /** Whether this till is still one: it may be revoked while it waits. */
  readonly admits: (till: string) => boolean;
  /** Secret of this machine, for the digests of requests. */
  readonly secret: Uint8Array;
  /** How long a place in the queue is kept, milliseconds. */
  readonly waitMs: number;
  readonly busy: (till: string) => Problem;
};

/** Everything that one question needs on its way. */
export type Question = { readonly ask: Ask; readonly request: TillRequest; readonly remembered: boolean };

type AskBackendDeps = Pick<AskDeps, 'backend' | 'outbox' | 'outOfOrder'>;

/** The kiosk's own key of a question. */
export const newBackendKey = (): string => randomBytes(24).toString('base64url');

/** Asks under the question's own key: whatever happened to an answer before, it is one verification. */
export async function askBackend(deps: AskBackendDeps, question: Question): Promise<Answer<Verification>> {
  const answer = await askOnce(deps, question);
  if (answer.ok || answer.problem.code !== 'question-withdrawn') return answer;
  // It was taken back, and the word that nothing had come of it was lost: this is another question.
  const ask = { ...question.ask, backendKey: newBackendKey() };
  return askOnce(deps, { ...question, ask, remembered: false });
}

/** Writes the key down before the backend hears of it, so that it is asked under the same one again. */
async function askOnce(deps: AskBackendDeps, { ask, request, remembered }: Question): Promise<Answer<Verification>> {
  const trouble = deps.outOfOrder();
  if (trouble) return { ok: false, problem: trouble };
  if (!remembered) deps.outbox.rememberAsk(ask, request.sale);
  const answer = await deps.backend.create({ till: ask.till, ...request }, ask.backendKey);
  if (!answer.ok && answer.problem.status < 500) deps.outbox.forgetAsk(ask.till, ask.key);
  return answer;
}

/** An ask that took longer than this was tried before, milliseconds. */
const STALE_MS = 15_000;

/** Our clock may differ from the backend's: only a verification that is older than its answer is dated by theirs. */
export function spanOf({ createdAt, expiresAt, lifetimeMs: told }: Verification, askedAt: number, now: number): Span {
  const lifetimeMs = told ?? Date.parse(expiresAt) - Date.parse(createdAt);
  const own = now + lifetimeMs;
  return { lifetimeMs, endsAt: askedAt < now - STALE_MS ? Math.min(own, Date.parse(expiresAt)) : own };
}
