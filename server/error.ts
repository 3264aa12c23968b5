export type ServerCode =
  | 'data-folder-unusable'
  | 'keys-unreadable'
  | 'database-newer'
  | 'database-outdated'
  | 'database-refused'
  | 'database-unavailable'
  | 'audit-key-wrong'
  | 'checkpoint-unreadable'
  | 'person-unreadable'
  | 'kept-unreadable'
  | 'listen-failed'
  | 'unsafe-in-production';

/** A fault of the backend itself. What a caller did wrong is a Refusal; what an authority says is an Answer. */
export class ServerError extends Error {
  readonly code: ServerCode;
  constructor(code: ServerCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServerError';
    this.code = code;
  }
}
