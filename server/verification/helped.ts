import type { AssistanceKind } from '../../liveness/contract.ts';
import type { Assistance, AssistanceRequest, Help } from '../contract/index.ts';
import type { VerificationRow } from '../db/tables.ts';
import { type Refusal, refuse } from '../refusal.ts';

type Helped = Pick<VerificationRow, 'assistance' | 'attested_by'>;

/** As it stands in a row. */
export function helpedBy(asked: AssistanceRequest | undefined): Helped {
  const kind: AssistanceKind = asked?.kind ?? 'none';
  return { assistance: kind, attested_by: asked?.kind === 'attested' ? asked.by : null };
}

/** As it is told; nothing where nobody is helped. */
export function assistanceOf({ assistance: kind, attested_by: by }: Helped): Assistance | undefined {
  if (kind === 'attested') return { kind, by: by ?? '' };
  return kind === 'gentle' ? { kind } : undefined;
}

/** For the audit. */
export const toldOf = ({ assistance, attested_by: by }: Helped) => ({
  ...(assistance === 'none' ? {} : { assistance }),
  ...(by === null ? {} : { attested_by: by }),
});

/** What the verification's purpose allows was fixed when it was created. */
export const allowedOf = ({ assistable }: Pick<VerificationRow, 'assistable'>) => JSON.parse(assistable) as Help[];

export function refuseForbidden(kind: AssistanceKind, allowed: readonly Help[]): Refusal | undefined {
  return kind === 'none' || allowed.includes(kind) ? undefined : refuse('assistance-not-allowed');
}

/** Without a word the next round is as this one; but nobody vouches for it by the word that was given for this one. */
export function helpedAgain(row: VerificationRow): Helped {
  if (row.assistance !== 'attested') return { assistance: row.assistance, attested_by: null };
  return { assistance: allowedOf(row).includes('gentle') ? 'gentle' : 'none', attested_by: null };
}

export const isSame = (row: Helped, { assistance, attested_by }: Helped): boolean =>
  row.assistance === assistance && row.attested_by === attested_by;
