import { type KeyObject, sign } from 'node:crypto';
import { RECEIPT_ISSUER, RECEIPT_TYPE, type Receipt } from '../contract/receipt.ts';

/** JWS, compact, EdDSA. */
export function signReceipt(
  receipt: Omit<Receipt, 'iss'>,
  { kid, key }: { readonly kid: string; readonly key: KeyObject },
): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'EdDSA', kid, typ: RECEIPT_TYPE })}.${part({ iss: RECEIPT_ISSUER, ...receipt })}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
}
