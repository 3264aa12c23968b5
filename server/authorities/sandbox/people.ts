import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, readYamlConfig } from '../../../config/yaml.ts';
import { BEHAVIOURS } from './faults.ts';

const digits = z.string().regex(/^\d+$/);
const key = z.string().regex(/^[a-z-]+$/);
const personSchema = z.strictObject({
  /** Stable, for demos and tests: `zhang-min`. */
  key,
  /** What happens to them, for people who read the list. */
  story: z.string().min(1),
  name: z.string().min(1),
  idNumber: z.string().length(18),
  /** Card and phone that the person shows; what the bank has on file may differ. */
  bankCard: digits,
  phone: digits,
  insuranceNumber: z.string().min(1).max(50),
  cardSn: z.string().min(1).max(50),
  eCredential: z.string().min(1).max(40),
  /** Whose face in models/portraits.ts is theirs. */
  portrait: z.string().min(1),
  /** Whose face the police register has; their own unless told otherwise. */
  registeredPortrait: z.string().min(1).optional(),
  /** BankCard4EVerification's result for the right card. */
  bankResult: z.enum(['0', '-1', '-9', '-13', '-14', '-18', '-19']).optional(),
  insurance: z.enum(['active', 'suspended', 'none']).optional(),
  /** The police have counted too many questions about them today. */
  policeLocked: z.boolean().optional(),
  /** Every authority treats questions about them so. */
  behaviour: z.enum(BEHAVIOURS).optional(),
  /** They stand at the counter, but no authority knows them. */
  unknown: z.boolean().optional(),
  family: z.array(z.strictObject({ key, relation: z.string().min(1).max(20) })).optional(),
});
export type SandboxPerson = Readonly<z.output<typeof personSchema>>;

const peopleSchema = z.array(personSchema).superRefine((people, context) => {
  people.forEach(({ family = [] }, index) => {
    family.forEach((member, nth) => {
      if (people.some((person) => person.key === member.key)) return;
      const path = [index, 'family', nth, 'key'];
      context.addIssue({ code: 'custom', path, message: 'nobody in this list has this key' });
    });
  });
});

/** Reads a list of people. @throws ConfigError naming the line */
export function readPeople(path: string): readonly SandboxPerson[] {
  const people = readYamlConfig(path, peopleSchema);
  if (people instanceof ConfigError) throw people;
  return people;
}

/** The people of people.yaml. */
export function sandboxPeople(): readonly SandboxPerson[] {
  return readPeople(join(import.meta.dirname, 'people.yaml'));
}

/** The portraits that the police register holds, each once. */
export function registeredPortraits(people: readonly SandboxPerson[]): readonly string[] {
  return [...new Set(people.map(({ portrait, registeredPortrait }) => registeredPortrait ?? portrait))];
}
