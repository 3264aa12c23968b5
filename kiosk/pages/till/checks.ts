import { checkIdNumber, maskIdNumber } from '../../../server/contract/id-number.ts';
import type { Place } from '../design/words/index.ts';

/**
 * What is thought of a field while somebody types: `unfinished` is no mistake yet, and becomes one when the field is
 * left. `value` is what is sent.
 */
export type Check<T = string> =
  | { readonly state: 'right'; readonly value: T }
  | { readonly state: 'unfinished' | 'wrong'; readonly problem: Place };

export type Cardholding = 'idNumber' | 'insuranceNumber' | 'credentialToken';

const right = <T>(value: T): Check<T> => ({ state: 'right', value });
const wrong = (problem: Place): Check<never> => ({ state: 'wrong', problem });
const unfinished = (problem: Place): Check<never> => ({ state: 'unfinished', problem });
const MISSING = unfinished('till.checks.missing');

/** GB 11643; each mistake is told with the digit that makes it one. */
export function checkId(text: string): Check {
  const number = text.trim().toUpperCase();
  if (number === '') return MISSING;
  if (!/^(\d{0,17}|\d{17}[\dX])$/.test(number)) return wrong('till.checks.idForm');
  // Any check digit: only the date is looked at.
  const dated = number.length < 14 ? undefined : checkIdNumber(`${number.slice(0, 14)}0000`);
  if (dated?.includes('date of birth')) return wrong('till.checks.idDate');
  if (number.length < 18) return unfinished('till.checks.idShort');
  return checkIdNumber(number) ? wrong('till.checks.idDigit') : right(number);
}

function checkInsurance(text: string): Check {
  const number = text.trim();
  if (number === '') return MISSING;
  if (!/^[0-9A-Za-z]{1,30}$/.test(number)) return wrong('till.checks.insurance');
  return number.length < 6 ? unfinished('till.checks.insurance') : right(number);
}

function checkCredential(text: string): Check {
  const token = text.trim();
  if (token === '') return MISSING;
  if (!/^[\x21-\x7e]{1,64}$/.test(token)) return wrong('till.checks.credential');
  return token.length < 8 ? unfinished('till.checks.credential') : right(token);
}

const CARDHOLDERS = { idNumber: checkId, insuranceNumber: checkInsurance, credentialToken: checkCredential } as const;
export const checkCardholder = (by: Cardholding, text: string): Check => CARDHOLDERS[by](text);

export function checkSale(text: string): Check {
  const sale = text.trim();
  if (sale === '') return MISSING;
  return /^[\x21-\x7e]{1,64}$/.test(sale) ? right(sale) : wrong('till.checks.sale');
}

/** 王明, 买买提·艾力, Anna-Maria O'Neill: as the contract takes them. */
export function checkName(text: string): Check {
  const name = text
    .normalize('NFC')
    .trim()
    .replace(/[•‧・∙]/g, '·');
  if (name === '') return MISSING;
  if (!/^[\p{L}\p{M}·'’. -]*$/u.test(name) || name.length > 50) return wrong('till.checks.name');
  return /^[\p{L}\p{M}].*[\p{L}\p{M}.]$/u.test(name) ? right(name) : unfinished('till.checks.name');
}

/** Yuan; nothing is right, too. @returns fen. */
export function checkAmount(text: string): Check<number | undefined> {
  const yuan = text.trim().replace(/^[¥￥]/, '');
  if (yuan === '') return right(undefined);
  const [, whole, part = ''] = /^(\d{1,8})(?:\.(\d{0,2}))?$/.exec(yuan) ?? [];
  if (whole === undefined) return wrong('till.checks.amount');
  const fen = Number(whole) * 100 + Number(part.padEnd(2, '0'));
  return fen <= 1_000_000_000 ? right(fen) : wrong('till.checks.amount');
}

export const checkChoice = (code: string): Check => (code === '' ? unfinished('till.checks.choose') : right(code));

/** A number of the staff, as the contract takes it. */
export function checkStaff(text: string): Check {
  const number = text.trim();
  if (number === '') return MISSING;
  return /^[0-9A-Za-z._-]{1,16}$/.test(number) ? right(number) : wrong('till.checks.staff');
}

/** As one's own words on the kiosk's screen: the kiosk takes no others. */
export function checkTillName(text: string): Check {
  const name = text.trim();
  if (name === '') return MISSING;
  return /^[\p{L}\p{N}][\p{L}\p{N} ._#-]{0,31}$/u.test(name) ? right(name) : wrong('till.checksPairing.name');
}

export function checkCode(text: string): Check {
  const code = text.replace(/\s/g, '');
  if (code === '') return MISSING;
  if (!/^\d{1,6}$/.test(code)) return wrong('till.checksPairing.code');
  return code.length < 6 ? unfinished('till.checksPairing.code') : right(code);
}

/** What stays to be read of a cardholder's number once it was entered. */
export function mask(by: Cardholding, text: string): string {
  if (by === 'idNumber') return maskIdNumber(text.toUpperCase());
  const kept = Math.min(4, Math.floor(text.length / 3));
  return `${'*'.repeat(Math.max(0, text.length - kept))}${text.slice(text.length - kept)}`;
}
