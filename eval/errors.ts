export type EvaluationCode = 'data-missing' | 'table-invalid' | 'output-unwritable';

/** The data cannot be read, or the result not written; says which file. */
export class EvaluationError extends Error {
  readonly code: EvaluationCode;
  constructor(code: EvaluationCode, message: string) {
    super(message);
    this.name = 'EvaluationError';
    this.code = code;
  }
}
