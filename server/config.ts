import { z } from 'zod';
import { authoritiesSchema } from './authorities/index.ts';
import { authorityNameSchema, helpSchema } from './contract/index.ts';
import { databaseSchema } from './db/config.ts';
import { retentionSchema } from './keep/config.ts';
import { LEVELS } from './log.ts';

/** The backend's configuration file. Paths are relative to the folder of the file. */
export const configSchema = z.strictObject({
  listen: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      /** 0 takes a free one; the ready line says which. */
      port: z.number().int().min(0).max(65535).default(8080),
    })
    .prefault({}),
  /** Folder of the database and the keys. Back it up as a whole, and keep it to yourself. */
  data: z.string().min(1),
  database: databaseSchema,
  /** In production a sandbox is refused. */
  mode: z.enum(['demo', 'production']),
  /** How long a verification lives, milliseconds. */
  ttlMs: z.number().int().min(1000).max(600_000).default(120_000),
  /** How much longer where somebody is assisted, milliseconds. */
  assistedMs: z.number().int().min(0).max(600_000).default(60_000),
  /** Attempts allowed in one verification. */
  attempts: z.number().int().min(1).max(10).default(3),
  /** How long a time-out or a refusal can be tried again or appealed, milliseconds. */
  reopenMs: z.number().int().min(0).max(86_400_000).default(600_000),
  appeals: z
    .strictObject({
      /** How long what is needed to decide an appeal is kept when nobody decides it. */
      keepDays: z.number().min(0).max(365).default(30),
    })
    .prefault({}),
  keys: z
    .strictObject({
      /** File of the keys for what is kept, when they shall lie apart from the data folder; else they stand in its keys.json. */
      atRest: z.string().min(1).optional(),
    })
    .prefault({}),
  retention: retentionSchema,
  policy: z
    .strictObject({
      /** By purpose: who must agree, and how people may be helped who cannot turn or nod. */
      purposes: z
        .record(
          z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
          z.strictObject({
            /** The police registry always: nobody else compares the face. */
            required: z
              .array(authorityNameSchema)
              .refine((names) => new Set(names).size === names.length, 'each authority once')
              .refine((names) => names.includes('police'), 'police is needed: nobody else compares the face'),
            /** `attested` asks nothing of the head: only who names it here trusts a member of staff that far. */
            assistance: z
              .array(helpSchema)
              .refine((kinds) => new Set(kinds).size === kinds.length, 'each kind once')
              .default(['gentle']),
          }),
        )
        .default({ purchase: { required: ['bank', 'police', 'insurer'], assistance: ['gentle'] } }),
    })
    .prefault({}),
  enrolment: z
    .strictObject({
      /** One-time codes for new kiosks. */
      codes: z.array(z.string().min(6).max(64)).default([]),
    })
    .prefault({}),
  /** YAML list of the people who can be verified. */
  people: z.string().min(1).optional(),
  /** Folder of the models' weights; the project's own when absent. */
  models: z.string().min(1).optional(),
  /** Time for each authority in one decision, milliseconds. */
  authorityLimitMs: z.number().int().min(100).max(60_000).default(4000),
  metrics: z
    .strictObject({
      /** Opens /metrics to whoever bears it; without one they are for this machine alone. */
      token: z.string().min(16).max(256).optional(),
    })
    .prefault({}),
  log: z.strictObject({ level: z.enum(LEVELS).default('info') }).prefault({}),
  authorities: authoritiesSchema,
});

export type ServerConfig = z.output<typeof configSchema>;
