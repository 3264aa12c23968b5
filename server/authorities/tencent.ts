import { z } from 'zod';
import type { Fault } from './exchange.ts';
import { type Line, lineOptions } from './line/line.ts';
import { signTc3 } from './tc3.ts';

/** What both the bank's and the police's adapter need to call a Tencent Cloud shaped service. */
export const tencentOptions = {
  ...lineOptions,
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
  | { readonly error: string };

const errorSchema = z.object({ Error: z.object({ Code: z.string(), Message: z.string() }), RequestId: z.string() });
const answerSchema = z.object({ Response: z.looseObject({ RequestId: z.string(), Error: z.unknown().optional() }) });

/** Signs and sends one action. Never rejects. An answer that holds an error is an error, whatever else it holds. */
export async function callTencent(
  line: Line,
  options: TencentOptions,
  call: {
    readonly action: string;
    readonly payload: unknown;
    readonly now: () => number;
    readonly signal: AbortSignal;
  },
): Promise<TencentReply | Fault> {
  const { url, service, version, region } = options;
  const body = JSON.stringify(call.payload);
  const make = () => {
    const timestamp = Math.floor(call.now() / 1000);
    const request = { url, service, version, region, body, timestamp, action: call.action };
    return { url, headers: signTc3(request, options), body };
  };
  const heard = await line.call({ make, read: readAnswer, signal: call.signal });
  return 'fault' in heard ? heard : heard.value;
}

function readAnswer(json: unknown): { readonly value: TencentReply } | Fault {
  const answer = answerSchema.safeParse(json);
  if (!answer.success) return { fault: 'malformed' };
  if (!('Error' in answer.data.Response)) return { value: { response: answer.data.Response } };
  const error = errorSchema.safeParse(answer.data.Response);
  if (!error.success) return { fault: 'malformed' };
  const code = error.data.Error.Code;
  // Its own failure is a fault of the line, which the breaker counts; every other error is about this one question.
  return code.startsWith('InternalError') ? { fault: errorSlug(code) } : { value: { error: code } };
}

/** `AuthFailure.SignatureFailure` → `auth-failure-signature-failure`; what is not such a word → `error`. */
export function errorSlug(code: string): string {
  if (!/^[A-Za-z]+(\.[A-Za-z]+)?$/.test(code) || code.length > 80) return 'error';
  return code
    .replace('.', '-')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase();
}
