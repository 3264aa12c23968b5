export type LivenessCode = 'plan-invalid';

export class LivenessError extends Error {
  readonly code: LivenessCode;
  constructor(code: LivenessCode, message: string) {
    super(message);
    this.name = 'LivenessError';
    this.code = code;
  }
}
