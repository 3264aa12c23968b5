/** Everything that the backend can say no to: status and title; the code is stable and documented in docs/errors.md. */
export const REFUSALS = {
  'body-malformed': [400, 'The body is not JSON'],
  'body-cut': [400, 'The connection ended within the body'],
  'idempotency-key-missing': [400, 'Idempotency-Key is missing or not 1 to 128 visible ASCII characters'],
  'signature-missing': [401, 'The request is not signed'],
  'signature-malformed': [401, 'The signature cannot be read'],
  'signature-incomplete': [401, 'The signature does not cover the request'],
  'signature-skew': [401, 'The clocks differ'],
  'signature-wrong': [401, 'The signature does not fit'],
  'digest-mismatch': [401, 'The digest does not fit the body'],
  'nonce-replayed': [401, 'The request was sent before'],
  'kiosk-unknown': [401, 'The kiosk is not enrolled'],
  'metrics-closed': [403, 'The metrics are for this machine, or for whoever bears their token'],
  'enrolment-code-unknown': [403, 'The enrolment code is not known'],
  'enrolment-code-used': [409, 'The enrolment code was used before'],
  'route-unknown': [404, 'There is nothing at this address'],
  'verification-unknown': [404, 'There is no such verification'],
  'relative-unknown': [404, 'There is no such relative, or their id is too old: ask for the people again'],
  'attempt-unknown': [404, 'There is no such attempt'],
  'person-unknown': [404, 'The cardholder is not known'],
  'method-not-allowed': [405, 'This address does not take this method'],
  'idempotency-conflict': [409, 'The Idempotency-Key was used with another body'],
  'question-withdrawn': [409, 'The question was withdrawn: ask it under another Idempotency-Key'],
  'kiosk-busy': [409, 'The kiosk has an unfinished verification'],
  'attempt-limit': [409, 'No further attempt is allowed'],
  'attempt-used': [409, 'The attempt has its evidence already'],
  'attempt-superseded': [409, 'A later attempt was opened'],
  'state-conflict': [409, 'The verification is not in a state for this'],
  'retry-pointless': [409, 'Trying again could not end otherwise'],
  'reopen-late': [409, 'It ended too long ago to be taken up again'],
  'verification-live': [409, 'The verification has not ended'],
  'verification-ended': [409, 'The verification has ended'],
  'body-too-large': [413, 'The body is too large'],
  'media-type-unsupported': [415, 'The body has another media type than this address takes'],
  'validation-failed': [422, 'The request does not keep to its schema'],
  'purpose-unknown': [422, 'This backend has no policy for this purpose'],
  'assistance-not-allowed': [422, 'This purpose does not allow this assistance'],
  'relation-unknown': [422, 'The dictionary of relations has no such code'],
  'guardian-missing': [422, 'A person under 14 needs the consent of a guardian'],
  'guardian-unfit': [422, 'The guardian has to be another person, of 18 years or more'],
  'delegate-unfit': [422, 'Whoever buys for another has to be another person, of 16 years or more'],
  'channel-unavailable': [422, 'This channel is not available'],
  'evidence-unreadable': [422, 'The evidence cannot be opened'],
  'evidence-signature-wrong': [422, 'The evidence is not signed by this kiosk'],
  'evidence-malformed': [422, 'The evidence does not keep to its schema'],
  'evidence-foreign': [422, 'The evidence belongs to another attempt'],
  'enrolment-limited': [429, 'Too many wrong enrolment codes: try again in a minute'],
  'streams-limited': [429, 'Too many open event streams'],
  'internal-fault': [500, 'The backend has a fault'],
  'insurer-unavailable': [503, 'The insurer cannot be asked who this is'],
  'not-ready': [503, 'The backend is not ready'],
} as const satisfies Record<string, readonly [number, string]>;

export type RefusalCode = keyof typeof REFUSALS;

export type Issue = { readonly path: string; readonly message: string };

/** An expected no. `detail` is fit for whoever asked: it never holds a name or an ID number. */
export type Refusal = {
  readonly ok: false;
  readonly code: RefusalCode;
  readonly detail?: string;
  readonly issues?: readonly Issue[];
};

export const refuse = (code: RefusalCode, detail?: string, issues?: readonly Issue[]): Refusal => ({
  ok: false,
  code,
  ...(detail === undefined ? {} : { detail }),
  ...(issues === undefined ? {} : { issues }),
});
