const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_DIGITS = '10X98765432';

/**
 * Checks a Chinese ID number by GB 11643-1999: 17 digits, a real date of birth, a check digit.
 * @returns what is wrong, in words fit for a cashier, or undefined. The number itself is never repeated.
 */
export function checkIdNumber(text: string): string | undefined {
  if (!/^\d{17}[\dX]$/.test(text)) return 'an ID number is 17 digits and a check digit (0–9 or X)';
  if (!isDate(text.slice(6, 14))) return 'digits 7–14 of the ID number are not a date of birth';
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(text[i]), 0);
  if (CHECK_DIGITS[sum % 11] !== text[17]) return 'the check digit of the ID number is wrong: probably a typing error';
  return undefined;
}

function isDate(yyyymmdd: string): boolean {
  const [year, month, day] = [yyyymmdd.slice(0, 4), yyyymmdd.slice(4, 6), yyyymmdd.slice(6, 8)].map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1850 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** For every log, metric and page: the first three and last four characters stay. */
export function maskIdNumber(idNumber: string): string {
  return `${idNumber.slice(0, 3)}${'*'.repeat(Math.max(0, idNumber.length - 7))}${idNumber.slice(-4)}`;
}

/** 王明 → 王*, 王小明 → 王*明, 欧阳小明 → 欧**明. */
export function maskName(name: string): string {
  const letters = [...name];
  if (letters.length <= 2) return `${letters[0] ?? ''}*`;
  return `${letters[0]}${'*'.repeat(letters.length - 2)}${letters.at(-1)}`;
}

/** China keeps one time: UTC+8, the whole year. */
const CHINA_MS = 8 * 3600_000;

/** Whole years by the calendar in China. @param now milliseconds since 1970. */
export function ageOf(idNumber: string, now: number): number {
  const today = new Date(now + CHINA_MS);
  const [year, month, day] = [idNumber.slice(6, 10), idNumber.slice(10, 12), idNumber.slice(12, 14)].map(Number);
  const had = today.getUTCMonth() + 1 - month || today.getUTCDate() - day;
  return today.getUTCFullYear() - year - (had < 0 ? 1 : 0);
}
