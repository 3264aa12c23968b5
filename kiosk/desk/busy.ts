import type { Problem } from '../../server/contract/problem.ts';
import type { TillView } from '../contract.ts';
import { refusal } from '../problems.ts';

/** Whose verification runs and until when at the latest; the sale only to the till whose own it is. */
export type Busy = Problem & {
  readonly busy: { readonly till: string; readonly until?: string; readonly sale?: string; readonly own: boolean };
};

export function toBusy(name: string, own: boolean, running: TillView | undefined): Busy {
  const until = running && !running.outcome ? { until: running.expiresAt } : {};
  const sale = own && running ? { sale: running.sale } : {};
  return { ...refusal('kiosk-busy'), busy: { till: name, ...until, ...sale, own } };
}
