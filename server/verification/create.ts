import { newId } from '../clock.ts';
import { maskIdNumber, maskName, type VerificationRequest } from '../contract/index.ts';
import type { Records } from '../db/store.ts';
import type { VerificationRow } from '../db/tables.ts';
import { findCardholder } from '../people/cardholder.ts';
import { findParties, type Parties } from '../people/subject.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { eventOf } from './change.ts';
import type { Purpose, ServiceDeps } from './deps.ts';
import { expire, type Found } from './find.ts';
import { helpedBy, refuseForbidden, toldOf } from './helped.ts';
import { lifetimeOf } from './machine.ts';

export type Created = Found & { readonly repeated: boolean };

/** A kiosk's question. */
type Asked = {
  readonly kiosk: string;
  readonly idempotencyKey: string;
  readonly request: VerificationRequest;
  /** Keyed fingerprint of the request. */
  readonly fingerprint: string;
};

/** A kiosk asks for a verification; the same key with the same request is the same verification again. */
export async function createVerification(
  deps: ServiceDeps,
  kiosk: string,
  idempotencyKey: string,
  request: VerificationRequest,
): Promise<Created | Refusal> {
  const fingerprint = deps.vault.fingerprint('request', JSON.stringify(request));
  const asked: Asked = { kiosk, idempotencyKey, request, fingerprint };
  const before = await findAsked(deps.store, asked);
  if (before) return before;
  if (request.channel !== 'kiosk')
    return refuse('channel-unavailable', `channel "${request.channel}" is not served yet; "kiosk" is`);
  const purpose = Object.hasOwn(deps.purposes, request.purpose) ? deps.purposes[request.purpose] : undefined;
  if (!purpose) return refuse('purpose-unknown');
  const forbidden = refuseForbidden(request.assistance?.kind ?? 'none', purpose.assistance);
  if (forbidden) return forbidden;
  const cardholder = await findCardholder(deps, request.cardholder);
  if (!cardholder.ok) return cardholder;
  const found = await findParties({ ...deps, kiosk }, cardholder.person, request.subject);
  if (!found.ok) return found;
  await expireOverdue(deps, kiosk);
  const result = await deps.store.transaction((records) => insert(deps, records, asked, found.parties, purpose));
  if (result.ok && !result.repeated) deps.announce(result.row.id);
  return result;
}

async function findAsked(
  records: Pick<Records, 'verifications'>,
  { kiosk, idempotencyKey, request, fingerprint }: Asked,
): Promise<Created | Refusal | undefined> {
  const row = await records.verifications.findAsked(kiosk, request.till, idempotencyKey);
  if (!row) return undefined;
  return row.request === fingerprint ? { ok: true, row, repeated: true } : refuse('idempotency-conflict');
}

/** One that nobody has noticed to be over does not keep the kiosk busy. */
async function expireOverdue(deps: ServiceDeps, kiosk: string): Promise<void> {
  const live = await deps.store.verifications.findLive(kiosk);
  if (live && live.expires_at <= (await deps.store.now())) await expire(deps, live.id);
}

async function insert(
  deps: ServiceDeps,
  records: Records,
  asked: Asked,
  parties: Parties,
  purpose: Purpose,
): Promise<Created | Refusal> {
  const before = await findAsked(records, asked);
  if (before) return before;
  if (await records.verifications.isWithdrawn(asked.kiosk, asked.request.till, asked.idempotencyKey))
    return refuse('question-withdrawn');
  if (await records.verifications.findLive(asked.kiosk)) return refuse('kiosk-busy');
  const now = await records.now();
  const created = newRow(deps, asked, parties, purpose, now);
  // The kiosk itself asks: its channel has it at once.
  const row: VerificationRow = { ...created, state: 'waiting', revision: 2 };
  await records.verifications.insert(row);
  await records.verifications.addEvent(eventOf(created, deps.rules));
  await records.verifications.addEvent(eventOf(row, deps.rules));
  const sealed = deps.vault.seal(row.id, parties);
  await records.parties.insert({
    verification: row.id,
    sealed,
    keep_until: row.expires_at + deps.rules.reopenMs,
  });
  const all = [parties.cardholder, parties.subject, ...(parties.guardian ? [parties.guardian] : [])];
  const people = all.map(({ idNumber }) => deps.vault.fingerprint('person', idNumber));
  await records.keeping.involve(row.id, people);
  await audit(records, row);
  return { ok: true, row, repeated: false };
}

function newRow(
  deps: ServiceDeps,
  { kiosk, idempotencyKey, request, fingerprint }: Asked,
  { cardholder, subject, who, relation, guardian }: Parties,
  policy: Purpose,
  now: number,
): VerificationRow {
  const { till, sale, channel, purpose, amount } = request;
  const helped = helpedBy(request.assistance);
  const masked = guardian && { ...mask(guardian), relation: guardian.relation };
  return {
    id: newId(deps.world),
    kiosk,
    till,
    sale,
    channel,
    purpose,
    amount: amount ?? null,
    idempotency_key: idempotencyKey,
    request: fingerprint,
    person: deps.vault.fingerprint('person', subject.idNumber),
    cardholder_name: maskName(cardholder.name),
    cardholder_id: maskIdNumber(cardholder.idNumber),
    subject_name: maskName(subject.name),
    subject_id: maskIdNumber(subject.idNumber),
    who,
    relation: relation ? JSON.stringify(relation) : null,
    guardian: masked ? JSON.stringify(masked) : null,
    required: JSON.stringify(policy.required),
    ...helped,
    assistable: JSON.stringify(policy.assistance),
    state: 'created',
    created_at: now,
    expires_at: now + lifetimeOf(helped.assistance, deps.rules),
    revision: 1,
    round: 1,
    ...NOTHING_YET,
  };
}

const mask = ({ name, idNumber }: { readonly name: string; readonly idNumber: string }) => ({
  name: maskName(name),
  idNumber: maskIdNumber(idNumber),
});

const NOTHING_YET = {
  answered: '{}',
  outcome: null,
  reason: null,
  authorities: null,
  receipt: null,
  decided_at: null,
  reopen_until: null,
  cancelled_by: null,
  appealed_by: null,
  appealed_at: null,
  appeal_decision: null,
} as const;

async function audit(records: Records, row: VerificationRow): Promise<void> {
  const { till, sale, channel, purpose, who } = row;
  const detail = { till, sale, channel, purpose, subject: who, guardian: row.guardian !== null, ...toldOf(row) };
  const line = { at: row.created_at, who: `kiosk:${row.kiosk}`, what: 'verification-created' };
  await records.audit.append({ ...line, verification: row.id, detail });
}
