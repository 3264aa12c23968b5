import { hkdfSync } from 'node:crypto';
import type { AssistanceRequest } from '../../server/contract/assistance.ts';
import type { AppealRequest } from '../../server/contract/schemas.ts';
import type { Backend } from '../backend/client.ts';
import type { TillView } from '../contract.ts';
import { describeFault } from '../log.ts';
import { refusal } from '../problems.ts';
import { createAsking } from './ask.ts';
import { createAssisting } from './assist.ts';
import { toBusy } from './busy.ts';
import { createLedger, type LedgerDeps } from './ledger.ts';
import type { AskDeps, Asked, TillRequest } from './question.ts';
import { LEFT, NEVER_BEGAN, recoverAll } from './recover.ts';
import { createReopening } from './reopen.ts';
import { createServing, type ServeDeps } from './serve.ts';
import { createTurns } from './turns.ts';

export type { Asked, TillRequest } from './question.ts';

export type DeskDeps = Omit<AskDeps, 'busy' | 'backend'> &
  Omit<ServeDeps, 'backend' | 'wish'> &
  LedgerDeps & {
    readonly backend: Backend;
    /** How many may wait for the counter. */
    readonly places: number;
    /** What people call a till. */
    readonly nameOf: (till: string) => string;
    /** Milliseconds that a recovered verification is waited for in one go. */
    readonly graceMs: number;
  };

export type Desk = ReturnType<typeof createDesk>;

/** The counter: takes the questions of tills, one verification at a time, and remembers every answer. */
export function createDesk(deps: DeskDeps) {
  const ledger = createLedger(deps);
  const serving = createServing({ ...deps, wish: (id) => assisting.wish(id) }, ledger);
  const assisting = createAssisting(deps, ledger, serving);
  const turns = createTurns(deps.places, deps.clock.epoch);
  const busy = (till: string) => {
    const holder = turns.holder()?.till ?? '';
    return toBusy(deps.nameOf(holder), holder === till, serving.view());
  };
  const asking = createAsking({ ...deps, busy }, ledger, turns, serving);
  const reopening = createReopening({ ...deps, busy }, ledger, turns, serving);
  const away = new AbortController();
  let recovering: Promise<void> | undefined;
  const recover = (): Promise<void> => {
    recovering ??= recoverAll({ ...deps, ledger, isLed, clear: asking.clear }, away.signal).finally(() => {
      recovering = undefined;
    });
    return recovering;
  };
  const isLed = (id: string) => turns.waits(id) || turns.holder()?.id === id || serving.serves(id);

  return {
    ask: async (till: string, key: string, request: TillRequest): Promise<Asked> =>
      away.signal.aborted ? stopping() : asking.ask(till, key, request),
    /** @param assistance of the next round; without a word as before. */
    retry: async (till: string, id: string, round?: number, assistance?: AssistanceRequest): Promise<Asked> =>
      away.signal.aborted ? stopping() : reopening.retry(till, id, round, assistance),
    assist: assisting.assist,
    /**
     * The person at the kiosk tries once more, for the till that asked. @returns whether it begins.
     * @param record the id at the backend, as the screen knows it.
     */
    async retryHere(record: string): Promise<boolean> {
      const kept = deps.outbox.findRecord(record);
      if (!kept || away.signal.aborted) return false;
      const asked = await reopening.retry(kept.till, kept.view.verification, kept.view.round + 1);
      return asked.ok && asked.fresh;
    },
    appeal: (till: string, id: string, by: AppealRequest['by']): Promise<Asked> => reopening.appeal(till, id, by),
    find: ledger.find,
    /** What became of a sale: newest first, and whether more may be under way. */
    async ofSale(
      till: string,
      sale: string,
    ): Promise<{ readonly views: readonly TillView[]; readonly unclear: boolean }> {
      const unanswered = deps.outbox.unansweredOf(till, sale);
      const clear = await Promise.all(unanswered.map(({ key }) => asking.clear(till, key)));
      // What came of them has nobody who leads it.
      if (clear.includes(true)) recover().catch((error: unknown) => deps.note('recovery failed', describeFault(error)));
      const views = deps.outbox.ofSale(till, sale).map(({ view }) => view);
      return { views, unclear: clear.includes(false) };
    },
    isBusy: () => turns.holder() !== undefined,
    /** Ends the verification if it still waits or runs, and tells how it really ended. */
    async cancel(till: string, id: string): Promise<TillView | undefined> {
      if (!ledger.find(till, id)) return undefined;
      if (turns.waits(id)) asking.giveUp(id, { outcome: 'cancelled', reason: 'cancelled', cancelledBy: 'till' });
      await serving.stop({ kind: 'cancel', by: 'till', reason: 'cancelled' }, id);
      return ledger.find(till, id);
    },
    events: ledger.events,
    listen: ledger.listen,
    /** After a restart: what had not ended is ended, and its outcome learned from the backend. */
    recover,
    async close(): Promise<void> {
      away.abort();
      for (const { id } of turns.close()) ledger.end(id, NEVER_BEGAN);
      await serving.stop(LEFT);
    },
  };
}

const stopping = (): Asked => ({ ok: false, problem: refusal('kiosk-stopping') });

/** A secret that only this use knows, from the seed of the device key. */
export const deriveSecret = (seed: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', seed, '', 'liveness-kiosk request digest', 32));
