import { z } from 'zod';
import type { Answer, Authority, Person } from './contract.ts';
import { type AdapterDeps, defineAuthority } from './define.ts';
import { dictionaryOptions, openDictionary } from './dictionary.ts';
import { openLine } from './line/line.ts';
import { gatewayOptions, openGateway } from './nhsa.ts';
import { familyOptions, openPeopleOf } from './people.ts';
import {
  askPersonInfo,
  byPerson,
  insuranceState,
  isNotFound,
  type PersonInfo,
  type PersonInfoOptions,
  personInfoOptions,
} from './person-info.ts';

const insurerOptionsSchema = z
  .strictObject({
    ...gatewayOptions,
    /** Paths vary by province. */
    paths: z
      .strictObject({ personInfo: z.string().startsWith('/').default('/fsi/api/fsiPsnInfoService/queryPsnInfo') })
      .prefault({}),
    ...personInfoOptions,
    /** Without it nobody has a family, and who comes for another is entered by hand. */
    family: familyOptions.optional(),
    dictionary: dictionaryOptions,
  })
  .refine(({ envelope, sm }) => envelope === 'plain' || sm !== undefined, {
    path: ['envelope'],
    error: 'envelope: sm needs the keys under sm',
  });
type InsurerOptions = z.output<typeof insurerOptionsSchema>;

/** The insurer: is there such a person, and is their insurance active? It only reads, so a lost question is asked again. */
function openInsurer(options: InsurerOptions, deps: AdapterDeps): Authority {
  const line = openLine(options, deps, 'authorities.insurer', 'read');
  const gateway = openGateway(options, line, deps);
  return {
    name: 'insurer',
    async ask({ person, signal }) {
      const reply = await askPersonInfo(gateway, options.paths.personInfo, byPerson(person), signal);
      if ('fault' in reply) return { outcome: 'unavailable', code: `insurer-${reply.fault}` };
      if ('refused' in reply) return refusal(reply.refused, options);
      return judge(reply.output, person, options);
    },
    people: openPeopleOf(gateway, options, openDictionary(gateway, options.dictionary, deps.now)),
  };
}

function judge(info: PersonInfo, person: Person, options: InsurerOptions): Answer {
  const { certno, psn_name } = info.baseinfo;
  const same = certno.toUpperCase() === person.idNumber && sameName(psn_name, person.name);
  if (!same) return { outcome: 'mismatch', code: 'insurer-mismatch' };
  if (info.insuinfo.length === 0) return { outcome: 'not-found', code: 'insurer-no-insurance' };
  const state = insuranceState(info, options);
  if (state === 'active') return { outcome: 'match', code: 'insurer-match' };
  return { outcome: 'mismatch', code: state === 'suspended' ? 'insurer-suspended' : 'insurer-inactive' };
}

/** Never hands err_msg on: gateways repeat names and numbers in it. */
function refusal(message: string, options: PersonInfoOptions): Answer {
  return isNotFound(message, options)
    ? { outcome: 'not-found', code: 'insurer-not-found' }
    : { outcome: 'unavailable', code: 'insurer-refused' };
}

/** Systems write the middle dot of transliterated names (买买提·艾力) in several ways. */
function sameName(a: string, b: string): boolean {
  const plain = (name: string) =>
    name
      .normalize('NFC')
      .replace(/[•‧・∙]/g, '·')
      .replace(/\s/g, '');
  return plain(a) === plain(b) && plain(a) !== '';
}

export const insurer = defineAuthority({ options: insurerOptionsSchema, open: openInsurer });
