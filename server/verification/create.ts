import { newId } from '../clock.ts';
import { maskIdNumber, maskName, type VerificationRequest } from '../contract/index.ts';
import type { Records } from '../db/store.ts';
import type { VerificationRow } from '../db/tables.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { eventOf } from './change.ts';
import type { ServiceDeps } from './deps.ts';
import { expire, type Found } from './find.ts';

export type Created = Found & { readonly repeated: boolean };

/** A kiosk asks for a verification; the same key with the same request is the same verification again. */
export async function createVerification(
  deps: ServiceDeps,
  kiosk: string,
  idempotencyKey: string,
  request: VerificationRequest,
): Promise<Created | Refusal> {
  if (request.channel !== 'kiosk')
    return refuse('channel-unavailable', `channel "${request.channel}" is not served yet; "kiosk" is`);
  const fingerprint = deps.vault.fingerprint('request', JSON.stringify(request));
  const personId = deps.vault.fingerprint('person', request.cardholder.idNumber);
  const live = await deps.store.verifications.findLive(kiosk);
  if (live && live.expires_at <= deps.world.now()) await expire(deps, live.id);
  const result = await deps.store.transaction(async (records): Promise<Created | Refusal> => {
    const asked = await records.verifications.findAsked(kiosk, request.till, idempotencyKey);
    if (asked?.request === fingerprint) return { ok: true, row: asked, repeated: true };
    if (asked) return refuse('idempotency-conflict');
    if (await records.verifications.findLive(kiosk)) return refuse('kiosk-busy');
    const person = await records.people.find(personId);
    if (!person) return refuse('person-unknown');
    const { name, idNumber } = deps.vault.unseal(person.id, person.sealed);
    const row = newRow(deps, { kiosk, idempotencyKey, fingerprint, personId, request, name, idNumber });
    await records.verifications.insert(row);
    await records.verifications.addEvent(eventOf(row));
    await audit(records, row, 'verification-created');
    return { ok: true, row, repeated: false };
  });
  if (result.ok && !result.repeated) deps.announce(result.row.id);
  return result;
}

type NewRow = {
  readonly kiosk: string;
  readonly idempotencyKey: string;
  readonly fingerprint: string;
  readonly personId: string;
  readonly request: VerificationRequest;
  readonly name: string;
  readonly idNumber: string;
};

function newRow(deps: ServiceDeps, from: NewRow): VerificationRow {
  const now = deps.world.now();
  const { till, sale, channel } = from.request;
  return {
    id: newId(deps.world),
    kiosk: from.kiosk,
    till,
    sale,
    channel,
    idempotency_key: from.idempotencyKey,
    request: from.fingerprint,
    person: from.personId,
    subject_name: maskName(from.name),
    subject_id: maskIdNumber(from.idNumber),
    state: 'created',
    created_at: now,
    expires_at: now + deps.ttlMs,
    answered: '{}',
    revision: 1,
    outcome: null,
    reason: null,
    authorities: null,
    receipt: null,
    decided_at: null,
  };
}

async function audit(records: Records, row: VerificationRow, what: string): Promise<void> {
  const detail = { till: row.till, sale: row.sale, channel: row.channel };
  await records.audit.append({ at: row.created_at, who: `kiosk:${row.kiosk}`, what, verification: row.id, detail });
}
