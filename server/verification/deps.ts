import type { AssistanceKind, Plan } from '../../liveness/contract.ts';
import type { AuthorityName, Help } from '../contract/index.ts';
import type { CardholderDeps } from '../people/cardholder.ts';
import type { ChangeDeps } from './change.ts';

export type ServiceDeps = ChangeDeps &
  CardholderDeps & {
    readonly drawPlan: (random: () => number, avoid: readonly Plan[], assistance: AssistanceKind) => Plan;
    /** What each purpose asks for. */
    readonly purposes: Readonly<Record<string, Purpose>>;
  };

export type Purpose = {
  /** Who must agree. */
  readonly required: readonly AuthorityName[];
  /** How people may be helped who cannot turn or nod. */
  readonly assistance: readonly Help[];
};
