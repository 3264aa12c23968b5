import { z } from 'zod';
import type { Fault } from '../exchange.ts';
import { parseStrict } from '../line/strict-json.ts';
import { textToSign } from './canonical.ts';
import { preparePublicKey, privateKeySchema, publicKeySchema, signSm2, verifySm2 } from './sm2.ts';
import { decryptData, encryptData, key16 } from './sm4.ts';

export const smOptions = z.strictObject({
  appId: z.string().regex(/^[\x21-\x7e]{16,64}$/, 'an appId has 16 to 64 characters'),
  appSecret: z.string().min(16),
  /** Ours, to sign with. */
  privateKey: privateKeySchema,
  /** Theirs, to check with. */
  gatewayPublicKey: publicKeySchema,
  /** Implementations differ: the standard's default, or the empty string. */
  userId: z.string().max(64).default('1234567812345678'),
  version: z.string().min(1).max(10).default('1.0.0'),
  /** How far the two clocks may be apart, and how long an answer is remembered, milliseconds. */
  skewMs: z.number().int().min(1000).max(3600_000).default(300_000),
});
export type SmOptions = z.output<typeof smOptions>;

export type SmCodec = {
  /** The envelope around a payload, signed now. */
  seal(data: unknown): Readonly<Record<string, unknown>>;
  /** What an answer holds, when it is signed by the gateway, of now, and new. Never throws. */
  open(message: unknown): { readonly json: unknown } | Fault;
};

const messageSchema = z.looseObject({
  appId: z.string(),
  encType: z.literal('SM4'),
  signType: z.literal('SM2'),
  /** Seconds since 1970; ASSUMED, as the gateway's header counts them. */
  timestamp: z.union([z.number(), z.string().regex(/^\d{10}$/)]),
  encData: z.string(),
  signData: z.string(),
});

/** More answers than a gateway gives in the time for which they are remembered. */
const REMEMBERED = 10_000;

export function createSmCodec(options: SmOptions, now: () => number): SmCodec {
  const { appId, appSecret, userId } = options;
  const key = key16(appId, appSecret);
  const gatewayKey = preparePublicKey(options.gatewayPublicKey);
  const seen = new Set<string>();
  return {
    seal(data) {
      const timestamp = Math.floor(now() / 1000);
      const head = { appId, version: options.version, encType: 'SM4', signType: 'SM2', timestamp };
      const signData = signSm2(textToSign({ ...head, data }, appSecret), options.privateKey, userId);
      return { ...head, encData: encryptData(key, JSON.stringify(data)), signData };
    },
    open(message) {
      const parsed = messageSchema.safeParse(message);
      if (!parsed.success) return { fault: 'sm-malformed' };
      const { encData, signData, timestamp } = parsed.data;
      // `data` beside encData would be a second payload: which of the two is signed could be chosen by an attacker.
      if (parsed.data.appId !== appId || 'data' in parsed.data) return { fault: 'sm-malformed' };
      const text = decryptData(key, encData);
      const data = text === undefined ? undefined : parseStrict(text);
      if (data === undefined || 'fault' in data) return { fault: 'sm-unreadable' };
      const signed = textToSign({ ...parsed.data, data: data.json }, appSecret);
      if (!verifySm2(signed, signData, gatewayKey, userId)) return { fault: 'sm-signature' };
      if (Math.abs(Number(timestamp) * 1000 - now()) > options.skewMs) return { fault: 'sm-stale' };
      // SM2 signatures are never twice the same: one that was seen is an answer of before.
      if (seen.has(signData)) return { fault: 'sm-replayed' };
      seen.add(signData);
      if (seen.size > REMEMBERED) for (const oldest of seen.values()) if (seen.delete(oldest)) break;
      return data;
    },
  };
}
