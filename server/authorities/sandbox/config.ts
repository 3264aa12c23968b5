import { z } from 'zod';
import { credentialsSchema } from './credentials.ts';
import { authoritySchema } from './faults.ts';

/** sandbox.yaml. Every key has a default; an empty file is a good one. */
export const sandboxConfigSchema = z.strictObject({
  listen: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      /** As server.example.yaml expects it. 0: any free port; the `ready` line tells which. */
      port: z.number().int().min(0).max(65_535).default(9100),
    })
    .prefault({}),
  credentials: credentialsSchema.prefault({}),
  /** Authorities that cut every connection from the start. */
  down: z.array(authoritySchema).default([]),
  /** How late a slow answer comes, milliseconds. */
  slowMs: z.number().int().min(0).max(600_000).default(30_000),
  /** Other people than those of people.yaml, in the same form; relative to the folder of this file. */
  people: z.string().min(1).optional(),
  /** Where the models were built; the project's own place when absent. */
  models: z.string().min(1).optional(),
});
