import { z } from 'zod';
import { ConfigError, readYamlConfig } from '../../config/yaml.ts';
import type { World } from '../clock.ts';
import { idNumberSchema } from '../contract/index.ts';
import type { Store } from '../db/store.ts';
import type { Vault } from './vault.ts';

const personSchema = z.strictObject({
  idNumber: idNumberSchema,
  name: z.string().trim().min(1).max(50),
  bankCard: z
    .string()
    .regex(/^\d{16,19}$/, 'a bank card has 16 to 19 digits')
    .optional(),
  phone: z
    .string()
    .regex(/^1[3-9]\d{9}$/, 'a mobile number has 11 digits and starts with 13 to 19')
    .optional(),
});

/** The people whom this backend may verify. */
export const peopleSchema = z.array(personSchema).superRefine((people, context) => {
  const seen = new Set<string>();
  people.forEach(({ idNumber }, index) => {
    const message = 'this ID number stands in the list already';
    if (seen.has(idNumber)) context.addIssue({ code: 'custom', path: [index, 'idNumber'], message });
    seen.add(idNumber);
  });
});

/** Brings the list of people into the database. @returns how many, or every problem of the file by line. */
export async function importPeople(
  path: string,
  deps: { readonly store: Store; readonly vault: Vault; readonly world: World },
): Promise<number | ConfigError> {
  const people = readYamlConfig(path, peopleSchema);
  if (people instanceof ConfigError) return people;
  const now = deps.world.now();
  await deps.store.transaction(async (records) => {
    for (const person of people) {
      const id = deps.vault.fingerprint('person', person.idNumber);
      await records.people.upsert({ id, sealed: deps.vault.seal(id, person), updated_at: now });
    }
    await records.audit.append({ at: now, who: 'backend', what: 'people-imported', detail: { people: people.length } });
  });
  return people.length;
}
