/** Faults of the kiosk process itself; what a till may see of them is decided in problems.ts. */
export type KioskCode =
  | 'till-open-to-lan'
  | 'screen-open-to-lan'
  | 'not-enrolled'
  | 'enrolment-refused'
  | 'device-key-unreadable'
  | 'store-unreadable'
  | 'port-in-use'
  | 'certificate-unreadable'
  | 'page-missing'
  | 'body-cut';

export class KioskError extends Error {
  readonly code: KioskCode;
  constructor(code: KioskCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KioskError';
    this.code = code;
  }
}
