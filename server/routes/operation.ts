import type { Context } from 'hono';
import type { z } from 'zod';
import type { SignedEnv } from '../http/signed.ts';
import type { RefusalCode } from '../refusal.ts';

/** What an operation answers when all is well. */
export type Said = {
  readonly status: number;
  readonly says: string;
  readonly type?: string;
  readonly schema?: z.ZodType;
};

/** One operation of the interface: all that routing, documentation and fuzzing need to know of it. */
export type Operation<Deps> = {
  readonly method: 'GET' | 'POST';
  /** As Hono has them: /v1/verifications/:id */
  readonly path: string;
  /** Name of it in clients made from the document. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** `kiosk`: by an enrolled kiosk, which signs each request (RFC 9421). */
  readonly by: 'anybody' | 'kiosk';
  readonly headers?: readonly Header[];
  readonly body?: Body;
  readonly answers: readonly Said[];
  /** What it may say no to, apart from what every operation of its kind may. */
  readonly refusals: readonly RefusalCode[];
  readonly open: (deps: Deps) => (context: Context<SignedEnv>) => Response | Promise<Response>;
};

type Header = { readonly name: string; readonly says: string; readonly required: boolean };

type Body = {
  readonly type: string;
  readonly schema?: z.ZodType;
  /** Bytes at most. */
  readonly limit: number;
  readonly says?: string;
};

/** Any signed request may be refused for these. */
export const SIGNED_REFUSALS: readonly RefusalCode[] = [
  'signature-missing',
  'signature-malformed',
  'signature-incomplete',
  'signature-skew',
  'signature-wrong',
  'digest-mismatch',
  'nonce-replayed',
  'kiosk-unknown',
];
/** And any request with a JSON body for these. */
export const JSON_REFUSALS: readonly RefusalCode[] = ['body-malformed', 'body-too-large', 'validation-failed'];
/** And any request at all for these. */
export const COMMON_REFUSALS: readonly RefusalCode[] = ['internal-fault', 'not-ready', 'body-cut'];
