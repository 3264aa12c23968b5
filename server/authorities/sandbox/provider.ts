import type { SandboxPerson } from './people.ts';

/** One request as it came. */
export type Received = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Uint8Array;
};

/** What one authority makes of a request. */
export type Heard = {
  /** Whom it is about, only to find out whether they are scripted to misbehave. */
  readonly about: SandboxPerson | undefined;
  readonly answer: () => Promise<unknown>;
  /** As if the signature were wrong. */
  readonly signatureError: () => unknown;
};

export type Provider = (received: Received) => Heard;

export function parseBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
