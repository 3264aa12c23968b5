import type { Plan } from '../../liveness/contract.ts';
import type { AuthorityName } from '../contract/index.ts';
import type { CardholderDeps } from '../people/cardholder.ts';
import type { ChangeDeps } from './change.ts';

export type ServiceDeps = ChangeDeps &
  CardholderDeps & {
    readonly drawPlan: (random: () => number, avoid: readonly Plan[]) => Plan;
    /** By purpose: the authorities that must agree. */
    readonly purposes: Readonly<Record<string, readonly AuthorityName[]>>;
  };
