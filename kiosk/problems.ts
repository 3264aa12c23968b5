import type { Problem } from '../server/contract/problem.ts';
import { KioskError } from './error.ts';

/** What the kiosk itself refuses, with the words for a till developer. Codes are stable; the backend's are passed on. */
const REFUSALS = {
  'idempotency-key-missing': [400, 'the header Idempotency-Key is required: 1 to 128 visible ASCII characters'],
  'json-malformed': [400, 'the body is not JSON'],
  'type-unsupported': [415, 'the body must be application/json'],
  'request-invalid': [422, 'the request does not fit its schema'],
  'id-number-invalid': [422, 'the ID number is not valid'],
  'channel-unavailable': [422, 'this channel is not available on this kiosk'],
  'body-cut': [400, 'the connection ended within the body'],
  'body-too-large': [413, 'the body is larger than 16 KiB'],
  'till-unknown': [401, 'the key of a till is required: Authorization: Bearer KEY'],
  'pairing-unknown': [404, 'this pairing is over, or never was: begin a new one'],
  'pairing-code-wrong': [403, 'the code is not the one on the kiosk, or somebody sits on the line'],
  'pairing-running': [409, 'another till is being paired'],
  'pairing-limited': [429, 'pairings came to nothing: the next one may begin later'],
  'pairing-off': [403, 'pairing is switched off at this kiosk'],
  'webhook-unknown': [404, 'this till has no webhook'],
  'webhook-refused': [422, 'the kiosk may not send anything there'],
  'serial-limited': [429, 'too many requests at a time on this line, or one with this id is under way'],
  'origin-refused': [403, 'this address does not answer pages of other sites, nor other machines'],
  'not-found': [404, 'there is nothing at this address'],
  'verification-unknown': [404, 'this till has no such verification'],
  'idempotency-conflict': [409, 'this Idempotency-Key was used for another request'],
  'kiosk-busy': [409, 'another verification is running at this kiosk'],
  'verification-live': [409, 'the verification has no outcome yet'],
  'retry-impossible': [409, 'it never began: ask anew with another Idempotency-Key'],
  'nothing-asked': [409, 'the person is not asked for consent now'],
  'no-capture': [409, 'no verification is being captured'],
  'camera-missing': [503, 'the camera is missing: nobody can be verified at this kiosk now'],
  'backend-unreachable': [503, 'the backend cannot be reached'],
  'receipt-wrong': [502, 'what the backend said and what it signed do not agree'],
  'kiosk-stopping': [503, 'the kiosk is being stopped'],
  'kiosk-fault': [500, 'the kiosk met a fault of its own'],
} as const satisfies Record<string, readonly [number, string]>;

export type RefusalCode = keyof typeof REFUSALS;

export function refusal(code: RefusalCode, more: Pick<Problem, 'detail' | 'issues'> = {}): Problem {
  const [status, title] = REFUSALS[code];
  return { type: 'about:blank', title, status, code, ...more };
}

/** What whoever asked is told of an exception. */
export const problemOfFault = (error: unknown): Problem =>
  refusal(error instanceof KioskError && error.code === 'body-cut' ? 'body-cut' : 'kiosk-fault');
