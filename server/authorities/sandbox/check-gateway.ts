import { createHash, timingSafeEqual } from 'node:crypto';

export type GatewayCheck = (headers: Headers) => string | undefined;

const CLOCK_SKEW_S = 300;
const NONCES_KEPT = 10_000;

/**
 * The gateway's side of x-tif-*: who, when, once, and signed. @returns what is wrong, for `err_msg`, or undefined.
 * The words are the sandbox's own; no list of the gateway's is public.
 */
export function createGatewayCheck(
  access: { readonly paasid: string; readonly token: string },
  now: () => number,
): GatewayCheck {
  const seen = new Set<string>();
  return (headers) => {
    const timestamp = headers.get('x-tif-timestamp') ?? '';
    const nonce = headers.get('x-tif-nonce') ?? '';
    if (headers.get('x-tif-paasid') !== access.paasid) return '应用标识不存在';
    if (!/^\d{10}$/.test(timestamp) || nonce.length < 8 || nonce.length > 64) return '请求头不完整';
    if (Math.abs(Number(timestamp) - now() / 1000) > CLOCK_SKEW_S) return '时间戳过期';
    const text = `${timestamp}${access.token}${nonce}${timestamp}`;
    const expected = createHash('sha256').update(text, 'utf8').digest();
    const signature = Buffer.from(headers.get('x-tif-signature') ?? '', 'hex');
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return '签名验证失败';
    if (seen.has(nonce)) return '请求重复';
    seen.add(nonce);
    // A set keeps the order of arrival: the oldest nonce is the first.
    if (seen.size > NONCES_KEPT) for (const oldest of seen.values()) if (seen.delete(oldest)) break;
    return undefined;
  };
}
