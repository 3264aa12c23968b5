export type EvaluationCode = 'data-missing' | 'table-invalid';

/** The data cannot be used; says which file, and where it should come from. */
export class EvaluationError extends Error {
  readonly code: EvaluationCode;
  constructor(code: EvaluationCode, message: string) {
    super(message);
    this.name = 'EvaluationError';
    this.code = code;
  }
}
