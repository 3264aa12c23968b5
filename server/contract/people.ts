import { z } from 'zod';
import { checkIdNumber } from './id-number.ts';

/** Chinese ID number (GB 11643), upper-case X; the check digit is verified. */
export const idNumberSchema = z
  .string()
  .transform((text) => text.trim().toUpperCase())
  .superRefine((text, context) => {
    const problem = checkIdNumber(text);
    if (problem) context.addIssue({ code: 'custom', message: problem, params: { code: 'id-number-invalid' } });
  });

/** Letters of names as identity documents have them: 王明, 买买提·艾力, Anna-Maria O'Neill. */
export const personNameSchema = z
  .string()
  .transform((text) =>
    text
      .normalize('NFC')
      .trim()
      .replace(/[•‧・∙]/g, '·'),
  )
  .pipe(
    z
      .string()
      .max(50, 'a name has at most 50 letters')
      .regex(/^[\p{L}\p{M}][\p{L}\p{M}·'’. -]*[\p{L}\p{M}.]$/u, 'a name has at least two letters and no digits'),
  );

/** A code of the insurer's dictionary of relations. */
export const relationCodeSchema = z.string().regex(/^[0-9A-Za-z]{1,4}$/, 'a code of the dictionary of relations');

const IDENTIFIERS = ['idNumber', 'insuranceNumber', 'credentialToken'] as const;

/** Who is insured, by exactly one of three. */
export const cardholderSchema = z
  .strictObject({
    idNumber: idNumberSchema.optional(),
    /** Number of the social-security card. */
    insuranceNumber: z
      .string()
      .regex(/^[0-9A-Za-z]{6,30}$/, '6 to 30 letters and digits')
      .optional(),
    /** Token of the national e-credential (医保电子凭证), as its code gave it. */
    credentialToken: z
      .string()
      .regex(/^[\x21-\x7e]{8,64}$/, '8 to 64 visible ASCII characters')
      .optional(),
  })
  .superRefine((given, context) => {
    const count = IDENTIFIERS.filter((name) => given[name] !== undefined).length;
    const message = `exactly one of ${IDENTIFIERS.join(', ')}`;
    if (count !== 1) context.addIssue({ code: 'custom', message, params: { code: 'cardholder-ambiguous' } });
  });

/** A parent or guardian who has consented, in person, for somebody under 14. */
export const guardianSchema = z.strictObject({
  name: personNameSchema,
  idNumber: idNumberSchema,
  relation: relationCodeSchema,
  consent: z.literal(true, 'the guardian has to consent'),
});

const guardian = guardianSchema.optional();

/** Who stands at the counter. */
export const subjectSchema = z.discriminatedUnion('who', [
  z.strictObject({ who: z.literal('cardholder'), guardian }),
  /** `person`: an id that POST /v1/people gave for this cardholder. */
  z.strictObject({
    who: z.literal('relative'),
    person: z.string().regex(/^[\w-]{1,64}$/, 'an id of a person'),
    guardian,
  }),
  /** Entered by the cashier from the person's identity document. */
  z.strictObject({
    who: z.literal('by-hand'),
    name: personNameSchema,
    idNumber: idNumberSchema,
    relation: relationCodeSchema,
  }),
]);

/** 01 → 本人: as the insurer's dictionary has it. */
export const relationSchema = z.object({ code: z.string(), label: z.string(), labelEn: z.string().optional() });

/** 王*明, 110***********1002. */
export const maskedPersonSchema = z.object({ name: z.string(), idNumber: z.string() });

export const peopleRequestSchema = z.strictObject({ cardholder: cardholderSchema });

/** Who may stand at the counter for a cardholder. */
export const peopleSchema = z.object({
  cardholder: maskedPersonSchema.extend({ needsGuardian: z.boolean() }),
  relatives: z.array(
    maskedPersonSchema.extend({ person: z.string(), relation: relationSchema, needsGuardian: z.boolean() }),
  ),
  /** For entering somebody by hand. */
  relations: z.array(relationSchema),
  /** `unavailable`: the insurer could not say; the cardholder and a person entered by hand still can. */
  family: z.enum(['known', 'unavailable']),
  /** The ids above are taken until then. */
  expiresAt: z.iso.datetime(),
});

export type Cardholder = z.output<typeof cardholderSchema>;
export type Subject = z.output<typeof subjectSchema>;
export type Guardian = z.output<typeof guardianSchema>;
export type Relation = z.output<typeof relationSchema>;
export type People = z.output<typeof peopleSchema>;
