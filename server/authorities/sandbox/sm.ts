import { sm2, sm4 } from 'sm-crypto-v2';
import { z } from 'zod';

/**
 * The gateway's side of the SM envelope, written apart from server/authorities/sm on purpose: what both got wrong in the
 * same way would not show. All of it is the library's, the other side's SM4 is Node's.
 */
export const smCredentials = z.strictObject({
  appId: z.string().min(16).default('19E179E5DC29C05E65B90CDE57A1C7E5'),
  appSecret: z.string().min(16).default('D91CEB11EE62219CD91CEB11EE62219C'),
  /** Callers sign with it; no secret, a sandbox holds nobody. */
  clientPrivateKey: z.string().length(64).default('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8'),
  gatewayPrivateKey: z.string().length(64).default('128b2fa8bd433c6c068c8d803dff79792a519a55171b1b650c23661d15897263'),
  userId: z.string().default('1234567812345678'),
});
export type SmCredentials = z.output<typeof smCredentials>;

const envelopeSchema = z.strictObject({
  appId: z.string(),
  version: z.string(),
  encType: z.literal('SM4'),
  signType: z.literal('SM2'),
  timestamp: z.union([z.number(), z.string().regex(/^\d{10}$/)]),
  encData: z.string().regex(/^([0-9A-F]{32})+$/),
  signData: z.string(),
});

export type SmGateway = {
  /** The payload, or what is wrong with the envelope. */
  open(message: unknown): { readonly input: unknown } | { readonly wrong: string };
  seal(data: unknown): unknown;
  /** Signed, but not by the gateway. */
  sealAsStranger(data: unknown): unknown;
};

const CLOCK_SKEW_S = 300;

export function createSmGateway(credentials: SmCredentials, now: () => number): SmGateway {
  const { appId, appSecret, userId } = credentials;
  const wholeKey = sm4.encrypt(appSecret, Buffer.from(appId.slice(0, 16)), { output: 'string' });
  const key = Buffer.from(wholeKey.toUpperCase().slice(0, 16));
  const client = sm2.getPublicKeyFromPrivateKey(credentials.clientPrivateKey);
  const seen = new Set<string>();
  const options = { hash: true, userId };
  const seal = (data: unknown, privateKey: string) => {
    const timestamp = Math.floor(now() / 1000);
    const head = { code: 0, message: '', appId, version: '1.0.0', encType: 'SM4', signType: 'SM2', timestamp };
    const text = signedText({ ...head, data }, appSecret);
    const signData = Buffer.from(sm2.doSignature(text, privateKey, options), 'hex').toString('base64');
    const encData = sm4.encrypt(JSON.stringify(data), key, { output: 'string' }).toUpperCase();
    return { ...head, encData, signData };
  };
  return {
    open(message) {
      const parsed = envelopeSchema.safeParse(message);
      if (!parsed.success || parsed.data.appId !== appId) return { wrong: '报文格式错误' };
      const { encData, signData, timestamp } = parsed.data;
      try {
        const input = JSON.parse(sm4.decrypt(encData, key, { output: 'string' }));
        const text = signedText({ ...parsed.data, data: input }, appSecret);
        const signature = Buffer.from(signData, 'base64').toString('hex');
        if (!sm2.doVerifySignature(text, signature, client, options)) return { wrong: '签名验证失败' };
        if (Math.abs(Number(timestamp) - now() / 1000) > CLOCK_SKEW_S) return { wrong: '时间戳过期' };
        if (seen.has(signData)) return { wrong: '请求重复' };
        seen.add(signData);
        return { input };
      } catch {
        return { wrong: '解密失败' };
      }
    },
    seal: (data) => seal(data, credentials.gatewayPrivateKey),
    sealAsStranger: (data) => seal(data, credentials.clientPrivateKey),
  };
}

function signedText(message: Readonly<Record<string, unknown>>, appSecret: string): string {
  const { signData: _, encData: __, extra: ___, ...signed } = message;
  const parts: string[] = [];
  for (const [name, value] of Object.entries(sorted(signed) as Record<string, unknown>))
    parts.push(`${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  parts.push(`key=${appSecret}`);
  return parts.join('&');
}

/** A copy with sorted keys and without empty values; JSON.stringify then writes it in that order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(
    ([, inner]) =>
      inner !== null && inner !== undefined && inner !== '' && !(Array.isArray(inner) && inner.length === 0),
  );
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
