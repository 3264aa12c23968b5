import { z } from 'zod';
import type { Cardholder, Insured, Person } from './contract.ts';
import type { Gateway, Transacted } from './transaction.ts';

/** Transaction 1101: who is insured, and whether their insurance is active. */
const PERSON_INFO = '1101';

export const personInfoOptions = {
  /** ASSUMED from common use, not from a published dictionary: psn_insu_stas of an insurance that pays, or is paused. */
  activeStates: z.array(z.string()).min(1).default(['1']),
  suspendedStates: z.array(z.string()).default(['2']),
  /** ASSUMED: infcode -1 does not say why, so an unknown person is told by these words in err_msg. */
  notFoundMessages: z.array(z.string().min(2)).default(['未查询到', '人员信息不存在']),
} as const;
const optionsSchema = z.object(personInfoOptions);
export type PersonInfoOptions = z.output<typeof optionsSchema>;

const state = z.union([z.string(), z.number()]).transform(String);
const outputSchema = z.object({
  baseinfo: z.object({ certno: z.string().max(50), psn_name: z.string().max(100) }),
  insuinfo: z.array(z.object({ psn_insu_stas: state })).max(100),
});
export type PersonInfo = z.output<typeof outputSchema>;

export function askPersonInfo(
  gateway: Gateway,
  path: string,
  data: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Transacted<PersonInfo>> {
  return gateway({ infno: PERSON_INFO, path, input: { data }, output: outputSchema, signal });
}

/** mdtrt_cert_type 02 and psn_cert_type 01: by ID number. */
export function byPerson({ idNumber, name }: Person): Readonly<Record<string, string>> {
  return { ...certificate('02', idNumber), psn_cert_type: '01', certno: idNumber, psn_name: name };
}

/**
 * What the cardholder shows, as the gateway asks for it: 01 e-credential token, 02 ID number, 03 card with its card_sn.
 * ASSUMED: a number that is printed on the card and was typed in goes as type 03 with an empty card_sn; a gateway that
 * wants the chip's number refuses it, which is `not-found` or `unavailable`, never somebody else.
 */
export function byCardholder(cardholder: Cardholder): Readonly<Record<string, string>> {
  if (cardholder.kind === 'e-credential') return certificate('01', cardholder.token);
  if (cardholder.kind === 'insurance-card') return certificate('03', cardholder.number, cardholder.cardSn);
  return { ...certificate('02', cardholder.idNumber), psn_cert_type: '01', certno: cardholder.idNumber };
}

function certificate(type: string, number: string, cardSn = ''): Readonly<Record<string, string>> {
  const empty = { begntime: '', psn_cert_type: '', certno: '', psn_name: '' };
  return { mdtrt_cert_type: type, mdtrt_cert_no: number, card_sn: cardSn, ...empty };
}

/** One insurance that pays is enough; `suspended` when none does but one is paused. */
export function insuranceState({ insuinfo }: PersonInfo, options: PersonInfoOptions): Insured['insuranceState'] {
  const states = insuinfo.map((insurance) => insurance.psn_insu_stas);
  if (states.some((one) => options.activeStates.includes(one))) return 'active';
  return states.some((one) => options.suspendedStates.includes(one)) ? 'suspended' : 'unknown';
}

export function isNotFound(refused: string, options: PersonInfoOptions): boolean {
  return options.notFoundMessages.some((words) => refused.includes(words));
}
