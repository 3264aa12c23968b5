import { z } from 'zod';
import { checkIdNumber } from '../contract/id-number.ts';
import type { Cardholder, FamilyAnswer, LookupAnswer, People } from './contract.ts';
import type { Dictionary } from './dictionary.ts';
import { askPersonInfo, byCardholder, insuranceState, isNotFound, type PersonInfoOptions } from './person-info.ts';
import type { Gateway } from './transaction.ts';

/**
 * ASSUMED, all of it: there is no public document of a family-network query, so this is a protocol of our own inside the
 * gateway's envelope. Input as of 1101; output `fmlyinfo`, a list of certno, psn_name and a relation code.
 */
export const familyOptions = z.strictObject({
  path: z.string().startsWith('/'),
  infno: z.string().regex(/^[0-9A-Z]{4}$/, 'a transaction number has 4 digits or capital letters'),
  relationField: z.enum(['patn_rlts', 'coner_rlts_code']).default('patn_rlts'),
});
export type FamilyOptions = z.output<typeof familyOptions>;

const code = z.union([z.string().max(20), z.number()]).transform(String);
const familySchema = z.object({
  fmlyinfo: z
    .array(
      z.object({
        certno: z.string().max(50),
        psn_name: z.string().trim().min(1).max(100),
        patn_rlts: code.optional(),
        coner_rlts_code: code.optional(),
      }),
    )
    .max(50),
});
type FamilyOutput = z.output<typeof familySchema>;

type PeopleOptions = PersonInfoOptions & {
  readonly paths: { readonly personInfo: string };
  readonly family?: FamilyOptions;
};

const unavailable = (fault: string) => ({ outcome: 'unavailable', code: `insurer-${fault}` }) as const;

/** The insurer as the source of people. An answer that holds somebody else, or half of somebody, is unavailable. */
export function openPeopleOf(gateway: Gateway, options: PeopleOptions, dictionary: Dictionary): People {
  const refused = (message: string) =>
    isNotFound(message, options)
      ? ({ outcome: 'not-found', code: 'insurer-not-found' } as const)
      : unavailable('refused');
  return {
    relations: async (signal) => (await dictionary.words(signal)).relations,
    async lookup(cardholder, signal): Promise<LookupAnswer> {
      const reply = await askPersonInfo(gateway, options.paths.personInfo, byCardholder(cardholder), signal);
      if ('fault' in reply) return unavailable(reply.fault);
      if ('refused' in reply) return refused(reply.refused);
      const { certno, psn_name } = reply.output.baseinfo;
      const idNumber = certno.toUpperCase();
      const name = plainName(psn_name);
      // Somebody who is insured by a passport cannot be asked about at the police.
      if (checkIdNumber(idNumber) !== undefined) return unavailable('no-id-number');
      if (name === '') return unavailable('malformed');
      if (isAnother(cardholder, idNumber)) return unavailable('another-person');
      const person = { idNumber, name, insuranceState: insuranceState(reply.output, options) };
      return { outcome: 'found', code: 'insurer-found', person };
    },
    async family(cardholder, signal): Promise<FamilyAnswer> {
      if (options.family === undefined) return unavailable('no-family-network');
      const { path, infno, relationField } = options.family;
      const input = { data: byCardholder(cardholder) };
      const [reply, words] = await Promise.all([
        gateway({ infno, path, input, output: familySchema, signal }),
        dictionary.words(signal),
      ]);
      if ('fault' in reply) return unavailable(reply.fault);
      if ('refused' in reply) return refused(reply.refused);
      const members = readMembers(reply.output, relationField, words.relation);
      if (members === undefined) return unavailable('malformed');
      const others = members.filter(({ idNumber }) => isAnother(cardholder, idNumber) ?? true);
      return { outcome: 'found', code: 'insurer-family', members: others };
    },
  };
}

/** As the other authorities are asked: the middle dot of transliterated names is written in several ways. */
const plainName = (name: string): string =>
  name
    .normalize('NFC')
    .trim()
    .replace(/[•‧・∙]/g, '·');

/** Undefined where the cardholder's ID number is not known here. */
function isAnother(cardholder: Cardholder, idNumber: string): boolean | undefined {
  return cardholder.kind === 'id-number' ? cardholder.idNumber !== idNumber : undefined;
}

/** Undefined when one of them is malformed, or is named twice: whose relation is it then? */
function readMembers(
  { fmlyinfo }: FamilyOutput,
  relationField: FamilyOptions['relationField'],
  relation: (code: string) => { readonly code: string },
) {
  const members = new Map<string, { idNumber: string; name: string; relation: { readonly code: string } }>();
  for (const member of fmlyinfo) {
    const idNumber = member.certno.toUpperCase();
    const relationCode = member[relationField];
    if (checkIdNumber(idNumber) !== undefined || !relationCode || members.has(idNumber)) return undefined;
    members.set(idNumber, { idNumber, name: plainName(member.psn_name), relation: relation(relationCode) });
  }
  return [...members.values()];
}
