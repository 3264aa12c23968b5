import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import type { Attempt, Evidence, Verification } from '../contract/index.ts';
import { sealEvidence } from '../contract/seal.ts';
import { signRequest } from '../contract/signature.ts';
import { frame, hashOf, makeStill } from './faces.ts';

export type Send = (url: string, init: RequestInit) => Promise<Response> | Response;

export type Sent = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly json?: unknown;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly nonce?: string;
};

/** A kiosk as the backend sees one: it enrols, signs, seals. */
export class TestKiosk {
  readonly send: Send;
  readonly base: string;
  readonly now: () => number;
  readonly keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  id = '';

  constructor(send: Send, now: () => number = Date.now, base = 'http://backend.test') {
    this.send = send;
    this.now = now;
    this.base = base;
    this.keys = generateKeyPairSync('ed25519');
  }

  async enrol(code: string): Promise<Response> {
    const { kty, crv, x } = this.keys.publicKey.export({ format: 'jwk' });
    const body = JSON.stringify({ code, name: 'counter 1', store: 'store 7', key: { kty, crv, x } });
    const response = await this.send(`${this.base}/v1/kiosks`, { method: 'POST', body });
    if (response.ok) this.id = ((await response.clone().json()) as { kiosk: string }).kiosk;
    return response;
  }

  /** The request, signed, as `fetch` takes it. */
  sign({
    method,
    path,
    json,
    body = json === undefined ? undefined : JSON.stringify(json),
    headers = {},
    nonce,
  }: Sent) {
    const url = this.base + path;
    const bytes = body === undefined ? undefined : new TextEncoder().encode(body);
    const parts = { method, url, headers, ...(bytes && { body: bytes }) };
    const once = nonce ?? randomBytes(16).toString('base64url');
    const signed = signRequest(parts, this.keys.privateKey, this.id, this.now(), once);
    return { url, init: { method, headers: { ...headers, ...signed }, ...(body === undefined ? {} : { body }) } };
  }

  async request(sent: Sent): Promise<Response> {
    const { url, init } = this.sign(sent);
    return this.send(url, init);
  }

  ask(idNumber: string, options: { key?: string; sale?: string; till?: string; channel?: string; more?: object } = {}) {
    const { key = randomBytes(9).toString('base64url'), sale = 'S-1', till = 'T-1', channel = 'kiosk' } = options;
    const json = { till, sale, channel, cardholder: { idNumber }, ...options.more };
    return this.request({ method: 'POST', path: '/v1/verifications', json, headers: { 'idempotency-key': key } });
  }

  /** POST /v1/verifications/:id/WHAT */
  change(id: string, what: 'retry' | 'appeal' | 'cancel', json: unknown = {}): Promise<Response> {
    return this.request({ method: 'POST', path: `/v1/verifications/${id}/${what}`, json });
  }

  people(cardholder: unknown): Promise<Response> {
    return this.request({ method: 'POST', path: '/v1/people', json: { cardholder } });
  }

  async find(id: string): Promise<Verification> {
    return (await (await this.request({ method: 'GET', path: `/v1/verifications/${id}` })).json()) as Verification;
  }

  attempt(id: string): Promise<Response> {
    return this.request({ method: 'POST', path: `/v1/verifications/${id}/attempts` });
  }

  cancel(id: string, json: unknown = { by: 'till' }): Promise<Response> {
    return this.change(id, 'cancel', json);
  }

  async evidenceFor(attempt: Attempt, change: Partial<Evidence> = {}): Promise<Evidence> {
    const still = await makeStill();
    const [jpeg, hash] = [still.toString('base64'), await hashOf(still)];
    return {
      verification: attempt.verification,
      attempt: attempt.id,
      nonce: attempt.nonce,
      plan: attempt.plan,
      startedAt: new Date(this.now() - 200).toISOString(),
      finishedAt: new Date(this.now()).toISOString(),
      advisory: { live: true, reasons: [] },
      still: { seq: 3, jpeg },
      transcript: [0, 1, 2, 3, 4].map((seq) => frame(seq, 0, hash)) as Evidence['transcript'],
      ...change,
    };
  }

  async seal(evidence: Evidence): Promise<string> {
    const response = await this.send(`${this.base}/.well-known/jwks.json`, { method: 'GET' });
    const { keys } = (await response.json()) as { keys: JWK[] };
    const backendKey = keys.find(({ use }) => use === 'enc')!;
    return sealEvidence(evidence, { kioskKey: this.keys.privateKey, kioskId: this.id, backendKey });
  }

  hand(attempt: Attempt, body: string): Promise<Response> {
    const path = `/v1/verifications/${attempt.verification}/attempts/${attempt.id}/evidence`;
    return this.request({ method: 'POST', path, body, headers: { 'content-type': 'application/jose' } });
  }
}
