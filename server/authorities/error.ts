export type AuthorityCode = 'sandbox-in-production' | 'tls-unusable';

/** A fault of the set-up, never of an answer: answers that could not be had are `unavailable`. */
export class AuthorityError extends Error {
  readonly code: AuthorityCode;
  constructor(code: AuthorityCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AuthorityError';
    this.code = code;
  }
}
