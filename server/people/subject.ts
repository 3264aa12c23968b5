import type { Person } from '../authorities/contract.ts';
import { ageOf, type Guardian, type Relation, type Subject } from '../contract/index.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { CardholderDeps } from './cardholder.ts';
import type { Relative } from './source.ts';

/** The law asks for a guardian's consent below this age (人脸识别技术应用安全管理办法, 2025). */
export const CONSENTS_FROM = 14;
/** Somebody who buys for another: the age from which a relative's account takes a face. */
const BUYS_FROM = 16;
const GUARDS_FROM = 18;

/** Everybody who takes part in a verification. */
export type Parties = {
  readonly cardholder: Person;
  readonly who: Subject['who'];
  /** Who stands at the counter. */
  readonly subject: Person;
  readonly relation?: Relation;
  readonly guardian?: { readonly name: string; readonly idNumber: string; readonly relation: Relation };
};

type SubjectDeps = CardholderDeps & { readonly kiosk: string };

/** Who stands at the counter for a cardholder, and whether they may. */
export async function findParties(
  deps: SubjectDeps,
  cardholder: Person,
  subject: Subject,
): Promise<{ readonly ok: true; readonly parties: Parties } | Refusal> {
  const now = await deps.store.now();
  const standing = await findStanding(deps, cardholder, subject, now);
  if (!standing.ok) return standing;
  const { parties } = standing;
  if (ageOf(parties.subject.idNumber, now) >= CONSENTS_FROM) return standing;
  const given = 'guardian' in subject ? subject.guardian : undefined;
  if (!given) return refuse('guardian-missing');
  if (given.idNumber === parties.subject.idNumber || ageOf(given.idNumber, now) < GUARDS_FROM)
    return refuse('guardian-unfit');
  const guardian = await guardianOf(deps, given);
  return guardian.ok ? { ok: true, parties: { ...parties, guardian: guardian.value } } : guardian;
}

type Standing = { readonly ok: true; readonly parties: Parties };

async function findStanding(
  deps: SubjectDeps,
  cardholder: Person,
  subject: Subject,
  now: number,
): Promise<Standing | Refusal> {
  switch (subject.who) {
    case 'cardholder':
      return { ok: true, parties: { cardholder, who: 'cardholder', subject: cardholder } };
    case 'relative':
      return findRelative(deps, cardholder, subject.person, now);
    case 'by-hand': {
      const { name, idNumber } = subject;
      if (idNumber === cardholder.idNumber || ageOf(idNumber, now) < BUYS_FROM) return refuse('delegate-unfit');
      const relation = await findRelation(deps, subject.relation);
      if (!relation.ok) return relation;
      return {
        ok: true,
        parties: { cardholder, who: 'by-hand', subject: { name, idNumber }, relation: relation.value },
      };
    }
  }
}

/** Only who was shown to this kiosk for this cardholder, and not long ago. */
async function findRelative(
  deps: SubjectDeps,
  cardholder: Person,
  id: string,
  now: number,
): Promise<Standing | Refusal> {
  const row = await deps.store.parties.relative(id);
  const mine = row?.kiosk === deps.kiosk && row.cardholder === deps.vault.fingerprint('person', cardholder.idNumber);
  if (!row || !mine || now >= row.expires_at) return refuse('relative-unknown');
  const { name, idNumber, relation } = deps.vault.unseal<Relative>(row.id, row.sealed);
  return { ok: true, parties: { cardholder, who: 'relative', subject: { name, idNumber }, relation } };
}

/** Without a dictionary any code is as good as another, and stands for itself. */
async function findRelation(
  deps: SubjectDeps,
  code: string,
): Promise<{ readonly ok: true; readonly value: Relation } | Refusal> {
  const dictionary = await deps.source.relations(AbortSignal.timeout(deps.lookupMs));
  if (dictionary.length === 0) return { ok: true, value: { code, label: code } };
  const value = dictionary.find((relation) => relation.code === code);
  return value ? { ok: true, value } : refuse('relation-unknown');
}

async function guardianOf(deps: SubjectDeps, { name, idNumber, relation: code }: Guardian) {
  const relation = await findRelation(deps, code);
  return relation.ok ? ({ ok: true, value: { name, idNumber, relation: relation.value } } as const) : relation;
}
