import { z } from 'zod';

/** RFC 9457 problem details; `code` is stable and documented in docs/errors.md. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string().optional(),
  /** What is wrong where, for bad input. */
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

export type Problem = z.output<typeof problemSchema>;
export const PROBLEM_TYPE = 'application/problem+json';
