import { z } from 'zod';
import { type AdapterDeps, exchange } from './exchange.ts';
import { signTc3 } from './tc3.ts';

/** What both the bank's and the police's adapter need to call a Tencent Cloud shaped service. */
export const tencentOptions = {
  url: z.url({ protocol: /^https?$/ }),
  timeoutMs: z.number().int().min(100).max(60_000).default(4000),
  secretId: z.string().min(1),
  secretKey: z.string().min(1),
  service: z.string().min(1).default('faceid'),
  version: z.iso.date().default('2018-03-01'),
  region: z.string().min(1).optional(),
} as const;
const optionsSchema = z.strictObject(tencentOptions);
export type TencentOptions = z.output<typeof optionsSchema>;

export type TencentReply =
  /** The fields of `Response`, not yet parsed further. */
  | { readonly response: unknown }
  /** The provider's own error, `FailedOperation.IdNameMisMatch`. */
  | { readonly error: string }
  | { readonly fault: string };

const errorSchema = z.object({ Error: z.object({ Code: z.string(), Message: z.string() }), RequestId: z.string() });
const answerSchema = z.object({ Response: z.looseObject({ RequestId: z.string(), Error: z.unknown().optional() }) });

/** Signs and sends one action. Never rejects. An answer that holds an error is an error, whatever else it holds. */
export async function callTencent(
  deps: AdapterDeps,
  options: TencentOptions,
  call: { readonly action: string; readonly payload: unknown; readonly signal: AbortSignal },
): Promise<TencentReply> {
  const { url, service, version, region, timeoutMs } = options;
  const body = JSON.stringify(call.payload);
  const timestamp = Math.floor(deps.now() / 1000);
  const headers = signTc3({ url, service, version, region, body, timestamp, action: call.action }, options);
  const reply = await exchange(deps, { url, headers, body, timeoutMs, signal: call.signal });
  if ('fault' in reply) return reply;
  const answer = answerSchema.safeParse(reply.json);
  if (!answer.success) return { fault: 'malformed' };
  if (!('Error' in answer.data.Response)) return { response: answer.data.Response };
  const error = errorSchema.safeParse(answer.data.Response);
  return error.success ? { error: error.data.Error.Code } : { fault: 'malformed' };
}

/** `AuthFailure.SignatureFailure` → `auth-failure-signature-failure`; what is not such a word → `error`. */
export function errorSlug(code: string): string {
  if (!/^[A-Za-z]+(\.[A-Za-z]+)?$/.test(code) || code.length > 80) return 'error';
  return code
    .replace('.', '-')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase();
}
