import { isoTime, newId, type World } from '../clock.ts';
import { ageOf, type Cardholder, maskIdNumber, maskName, type People } from '../contract/index.ts';
import type { RelativeRow } from '../db/tables.ts';
import type { Refusal } from '../refusal.ts';
import { type CardholderDeps, findCardholder } from './cardholder.ts';
import type { Relative } from './source.ts';
import { CONSENTS_FROM } from './subject.ts';

export type ListDeps = CardholderDeps & {
  readonly world: World;
  /** How long the relatives are kept, milliseconds: no longer than a verification lives. */
  readonly keepMs: number;
};

/** Who may stand at the counter for a cardholder: masked, with ids that this kiosk can ask with for a while. */
export async function listPeople(
  deps: ListDeps,
  kiosk: string,
  given: Cardholder,
): Promise<{ readonly ok: true; readonly people: People } | Refusal> {
  const found = await findCardholder(deps, given);
  if (!found.ok) return found;
  const signal = AbortSignal.timeout(deps.lookupMs);
  const { person } = found;
  const [family, relations] = await Promise.all([deps.source.family(person, signal), deps.source.relations(signal)]);
  const relatives = family.kind === 'known' ? family.relatives : [];
  const now = await deps.store.now();
  const expiresAt = now + deps.keepMs;
  const cardholder = deps.vault.fingerprint('person', person.idNumber);
  const rows = relatives.map((relative): RelativeRow => {
    const id = newId(deps.world);
    return { id, kiosk, cardholder, sealed: deps.vault.seal(id, relative), expires_at: expiresAt };
  });
  await deps.store.transaction(async (records) => {
    await records.parties.insertRelatives(rows);
    const detail = { relatives: rows.length, family: family.kind };
    await records.audit.append({ at: now, who: `kiosk:${kiosk}`, what: 'people-listed', detail });
  });
  const people: People = {
    cardholder: mask(person, now),
    relatives: relatives.map((relative, i) => ({
      ...mask(relative, now),
      person: rows[i]!.id,
      relation: relative.relation,
    })),
    relations: [...relations],
    family: family.kind,
    expiresAt: isoTime(expiresAt),
  };
  return { ok: true, people };
}

const mask = ({ name, idNumber }: Pick<Relative, 'name' | 'idNumber'>, now: number) => ({
  name: maskName(name),
  idNumber: maskIdNumber(idNumber),
  needsGuardian: ageOf(idNumber, now) < CONSENTS_FROM,
});
