import { createCipheriv, createDecipheriv } from 'node:crypto';

/**
 * SM4-ECB with PKCS#7, as the gateway's envelope wants it. ECB shows which blocks are alike: the envelope's secrecy rests
 * on TLS, and its integrity on the signature.
 */
function encrypt(key: string, text: string): string {
  const cipher = createCipheriv('sm4-ecb', Buffer.from(key, 'latin1'), null);
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    .toString('hex')
    .toUpperCase();
}

/** The first 16 characters of HEXUPPER(SM4(appId[0..16], appSecret)). */
export function key16(appId: string, appSecret: string): string {
  return encrypt(appId.slice(0, 16), appSecret).slice(0, 16);
}

/** HEXUPPER(SM4(key16, text)). */
export const encryptData = encrypt;

/** Undefined when it does not decrypt to text. */
export function decryptData(key: string, hex: string): string | undefined {
  if (!/^([0-9a-fA-F]{32})+$/.test(hex)) return undefined;
  try {
    const decipher = createDecipheriv('sm4-ecb', Buffer.from(key, 'latin1'), null);
    const bytes = Buffer.concat([decipher.update(hex, 'hex'), decipher.final()]);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
