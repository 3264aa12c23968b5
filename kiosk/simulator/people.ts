import { maskIdNumber, maskName } from '../../server/contract/id-number.ts';
import type { Cardholder, People, Relation, Subject } from '../../server/contract/people.ts';
import type { Verification } from '../../server/contract/schemas.ts';

/** Nobody: numbers that are well formed, and names of poems. */
const CARDHOLDER = { name: '李白', idNumber: '11010519491231002X' };
const RELATIVES = [
  { person: 'simulated-spouse', name: '金白', idNumber: '440524188001010014', relation: '1', needsGuardian: false },
  { person: 'simulated-child', name: '李小白', idNumber: '110101201603070038', relation: '2', needsGuardian: true },
] as const;
const RELATIONS: readonly Relation[] = [
  { code: '1', label: '配偶', labelEn: 'spouse' },
  { code: '2', label: '子女', labelEn: 'child' },
  { code: '5', label: '父母', labelEn: 'parent' },
  { code: '8', label: '其他', labelEn: 'other' },
];
/** How long the ids of people are taken, milliseconds. */
const KNOWN_MS = 600_000;

const relationOf = (code: string): Relation => RELATIONS.find((one) => one.code === code) ?? { code, label: code };
const mask = ({ name, idNumber }: { readonly name: string; readonly idNumber: string }) => ({
  name: maskName(name),
  idNumber: maskIdNumber(idNumber),
});

/** Who is insured: the number that was asked with, under a name of ours. */
const holderOf = ({ idNumber = CARDHOLDER.idNumber }: Cardholder) => mask({ ...CARDHOLDER, idNumber });

export function peopleOf(cardholder: Cardholder, now: number): People {
  return {
    cardholder: { ...holderOf(cardholder), needsGuardian: false },
    relatives: RELATIVES.map(({ person, relation, needsGuardian, ...one }) => ({
      ...mask(one),
      person,
      relation: relationOf(relation),
      needsGuardian,
    })),
    relations: [...RELATIONS],
    family: 'known',
    expiresAt: new Date(now + KNOWN_MS).toISOString(),
  };
}

/** Who stands at the counter, masked; nothing for a relative that nobody was told of. */
export function personsOf(
  cardholder: Cardholder,
  subject: Subject,
): Pick<Verification, 'cardholder' | 'subject'> | undefined {
  const holder = holderOf(cardholder);
  if (subject.who === 'cardholder') return { cardholder: holder, subject: { ...holder, who: 'cardholder' } };
  if (subject.who === 'by-hand') {
    const { who, relation, ...person } = subject;
    return { cardholder: holder, subject: { ...mask(person), who, relation: relationOf(relation) } };
  }
  const relative = RELATIVES.find(({ person }) => person === subject.person);
  if (!relative) return undefined;
  return {
    cardholder: holder,
    subject: { ...mask(relative), who: 'relative', relation: relationOf(relative.relation) },
  };
}
