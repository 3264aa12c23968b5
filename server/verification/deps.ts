import type { Plan } from '../../liveness/contract.ts';
import type { Vault } from '../people/vault.ts';
import type { ChangeDeps } from './change.ts';

export type ServiceDeps = ChangeDeps & {
  readonly vault: Vault;
  readonly ttlMs: number;
  /** Attempts allowed in a verification. */
  readonly attempts: number;
  readonly drawPlan: (random: () => number, avoid: readonly Plan[]) => Plan;
};
