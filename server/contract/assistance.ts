import { z } from 'zod';

/**
 * Who vouches for somebody: a number of the staff. Not a name, since it stands in the audit for ever, and too short for
 * an ID number.
 */
export const staffSchema = z
  .string()
  .regex(/^[0-9A-Za-z._-]{1,16}$/, 'a staff number: 1 to 16 letters, digits or . _ -');

/** How somebody is to be helped who cannot turn or nod well; each is one file in liveness/assistance/. */
export const assistanceRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** Smaller motions, more time. */
  z.strictObject({ kind: z.literal('gentle') }),
  /** No motions: the person looks at the camera, and a member of staff vouches that the named person stands there. */
  z.strictObject({
    kind: z.literal('attested'),
    by: staffSchema,
    present: z.literal(true, 'a member of staff has to state that the named person stands there'),
  }),
]);

/** How a round is, or was, assisted; absent when it is not. */
export const assistanceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gentle') }),
  z.strictObject({ kind: z.literal('attested'), by: staffSchema }),
]);

/** What a purpose may allow. */
export const helpSchema = z.enum(['gentle', 'attested']);

export type AssistanceRequest = z.output<typeof assistanceRequestSchema>;
export type Assistance = z.output<typeof assistanceSchema>;
export type Help = z.output<typeof helpSchema>;
