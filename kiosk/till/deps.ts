import type { People } from '../../server/contract/people.ts';
import type { Problem } from '../../server/contract/problem.ts';
import type { Desk } from '../desk/desk.ts';
import type { Page } from '../pages/serve.ts';
import type { AuthDeps } from './auth.ts';
import type { Pairings } from './pair.ts';
import type { PeopleRequest } from './request.ts';
import type { Access } from './revocation.ts';
import type { WebhookDeps } from './webhooks/routes.ts';

/** What the interface for tills is made of. */
export type TillAppDeps = AuthDeps & {
  readonly desk: Pick<
    Desk,
    'ask' | 'retry' | 'assist' | 'appeal' | 'find' | 'ofSale' | 'cancel' | 'events' | 'listen' | 'isBusy'
  >;
  readonly access: Pick<Access, 'hold'>;
  readonly pairings: Pick<Pairings, 'begin' | 'confirm' | 'cancel'>;
  /** Who may stand at the counter for a cardholder, from the backend. */
  people(
    request: PeopleRequest,
  ): Promise<{ readonly ok: true; readonly value: People } | { readonly ok: false; readonly problem: Problem }>;
  readonly webhooks: WebhookDeps;
  readonly pages: ReadonlyMap<string, Page>;
  /** Who this is, for whoever looks for a kiosk. */
  readonly about: () => { readonly kiosk: string; readonly store: string; readonly fingerprint: string };
  readonly health: () => { readonly ok: boolean; readonly [detail: string]: unknown };
  fault(error: unknown): void;
};
