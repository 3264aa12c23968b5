import { z } from 'zod';

/** How long is kept what is over, days. Evidence and people's data go by their own, shorter terms. */
export const retentionSchema = z
  .strictObject({
    /** The course of a verification: after this only its last event stays. */
    eventsDays: z.number().int().min(2).max(3650).default(30),
    /** The verification itself, with masked names and its receipt; the audit, which names nobody, stays. */
    verificationsDays: z.number().int().min(2).max(36_500).default(1095),
  })
  .prefault({});

/** Whole ones: PostgreSQL takes no part of a millisecond. */
export const msOfDays = (days: number): number => Math.round(days * 86_400_000);

export type Retention = z.output<typeof retentionSchema>;
