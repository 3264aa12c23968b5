import type { Records } from '../db/store.ts';
import { type Facts, type Happening, hasEnded, isFinal, type Rules } from '../verification/machine.ts';

export type Terms = {
  readonly rules: Rules;
  /** How long an appeal keeps what a person needs to decide it, milliseconds. */
  readonly appealMs: number;
};

/**
 * What becomes of the people and the evidence of a verification after a change, in the change's own transaction: gone
 * when nothing can take it up again, else with a date. Once decided, only the picture stays.
 */
export async function keepByTerms(
  records: Pick<Records, 'parties' | 'evidence'>,
  { rules, appealMs }: Terms,
  changed: { readonly id: string; readonly facts: Facts; readonly by: Happening['kind']; readonly now: number },
): Promise<void> {
  const { id, facts, by, now } = changed;
  const keep = async (until: number) => {
    await records.parties.keepUntil(id, until);
    await records.evidence.settle(id, until);
  };
  if (!hasEnded(facts.state)) {
    if (by === 'retried' || by === 'assisted') await keep(facts.expiresAt + rules.reopenMs);
  } else if (facts.state === 'appealed') await keep(now + appealMs);
  else if (isFinal(facts.state)) {
    await records.parties.keepUntil(id, now);
    await records.evidence.drop(id);
  } else await keep(facts.reopenUntil ?? now);
}
