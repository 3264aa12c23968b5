import type { Backend } from '../backend/client.ts';
import type { Clock } from '../clock.ts';
import type { TillView } from '../contract.ts';
import type { Outbox } from '../outbox/verifications.ts';
import { type Ledger, toView } from './ledger.ts';
import { spanOf } from './question.ts';

export type TakeBackDeps = {
  readonly backend: Pick<Backend, 'withdraw'>;
  readonly outbox: Pick<Outbox, 'findAsk' | 'forgetAsk' | 'askOf'>;
  readonly clock: Pick<Clock, 'epoch'>;
};

/**
 * A question whose answer never came. What the backend made of it is the till's, and left to the recovery; if it made
 * nothing, it never will, and the till may ask anew. @returns whether that is known now.
 */
export async function takeBack(deps: TakeBackDeps, ledger: Ledger, till: string, key: string): Promise<boolean> {
  const ask = deps.outbox.findAsk(till, key);
  if (!ask || ask.verification) return true;
  const answer = await deps.backend.withdraw(till, ask.backendKey);
  if (!answer.ok) return false;
  const verification = answer.value;
  if (!verification) deps.outbox.forgetAsk(till, key);
  else ledger.begin(ask, toView(verification, verification.id, spanOf(verification, ask.askedAt, deps.clock.epoch())));
  return true;
}

/**
 * One that waited in the queue, and whose turn had come: the backend may have heard of it.
 * @returns how it stands, `never` when nothing came of it and nothing will, nothing while the backend is away.
 */
export async function takeBackQueued(
  deps: TakeBackDeps,
  ledger: Ledger,
  view: TillView,
): Promise<TillView | 'never' | undefined> {
  const ask = deps.outbox.askOf(view.verification);
  if (!ask) return 'never';
  const answer = await deps.backend.withdraw(ask.till, ask.backendKey);
  if (!answer.ok) return undefined;
  if (!answer.value) return 'never';
  const began = toView(answer.value, view.verification, spanOf(answer.value, ask.askedAt, deps.clock.epoch()));
  ledger.replace(view.verification, began);
  return began;
}
