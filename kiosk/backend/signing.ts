import { randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import type { Evidence } from '../../server/contract/evidence.ts';
import { sealEvidence } from '../../server/contract/seal.ts';
import { signRequest } from '../../server/contract/signature.ts';
import type { Answer, Outgoing } from './client.ts';
import type { DeviceKey } from './device-key.ts';

/** Signs every request to the backend as this kiosk. */
export function createSigner(key: DeviceKey, kioskId: () => string, epoch: () => number) {
  return async (request: Outgoing): Promise<Readonly<Record<string, string>>> => {
    const body = request.body === undefined ? undefined : new TextEncoder().encode(request.body);
    const nonce = randomBytes(16).toString('base64url');
    const parts = { method: request.method, url: request.url, headers: request.headers, ...(body && { body }) };
    return { ...request.headers, ...signRequest(parts, key.privateKey, kioskId(), epoch(), nonce) };
  };
}

/** Seals evidence for the backend, with its key as it stands now. */
export function createSealer(key: DeviceKey, kioskId: () => string, keys: () => Promise<Answer<readonly JWK[]>>) {
  return async (evidence: Evidence): Promise<Answer<string>> => {
    const answer = await keys();
    if (!answer.ok) return answer;
    const backendKey = answer.value.find((jwk) => jwk.use === 'enc');
    if (!backendKey)
      return {
        ok: false,
        problem: {
          type: 'about:blank',
          title: 'the backend publishes no key to seal evidence to',
          status: 502,
          code: 'backend-key-missing',
        },
      };
    return {
      ok: true,
      value: await sealEvidence(evidence, { kioskKey: key.privateKey, kioskId: kioskId(), backendKey }),
    };
  };
}
