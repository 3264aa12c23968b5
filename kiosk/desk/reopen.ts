import type { AssistanceRequest } from '../../server/contract/assistance.ts';
import type { Problem } from '../../server/contract/problem.ts';
import type { AppealRequest, Verification } from '../../server/contract/schemas.ts';
import type { Answer, Backend } from '../backend/client.ts';
import type { Clock } from '../clock.ts';
import type { TillView } from '../contract.ts';
import type { Outbox } from '../outbox/verifications.ts';
import { refusal } from '../problems.ts';
import { type Ledger, type Span, toView } from './ledger.ts';
import type { Asked } from './question.ts';
import type { Serving } from './serve.ts';
import type { Turns } from './turns.ts';

export type ReopenDeps = {
  readonly backend: Pick<Backend, 'retry' | 'appeal' | 'find' | 'check'>;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly outOfOrder: () => Problem | undefined;
  readonly busy: (till: string) => Problem;
};

/** What may follow an outcome: another round of the same verification, or an appeal. */
export function createReopening(deps: ReopenDeps, ledger: Ledger, turns: Turns, serving: Serving) {
  const pending = new Map<string, Promise<Asked>>();

  const enter = (till: string, view: TillView, assistance?: AssistanceRequest): Promise<Asked> => {
    const { promise, resolve, reject } = Promise.withResolvers<Asked>();
    const start = async () => {
      const trouble = deps.outOfOrder();
      if (trouble) return resolve(no(trouble));
      // Before it is asked for: should this process end here, whether it runs at the backend is found out later.
      ledger.trust(view.verification, false);
      const answer = await reopen(deps.backend, view, assistance);
      if (!answer.ok) {
        ledger.trust(view.verification, answer.problem.status < 500);
        return resolve(answer);
      }
      const { lifetimeMs = view.lifetimeMs } = answer.value;
      const span: Span = { endsAt: deps.clock.epoch() + lifetimeMs, lifetimeMs };
      ledger.again(toView(answer.value, view.verification, span));
      const served = serving.serve(view.verification, answer.value, span);
      resolve({ ok: true, fresh: true, view: ledger.look(view.verification)! });
      await served;
    };
    const turn = { id: view.verification, till, start: () => start().catch(reject), moved: () => undefined };
    return turns.enter(turn, false) === undefined ? Promise.resolve(no(deps.busy(till))) : promise;
  };

  return {
    /** @param round the one that shall begin: the same number again begins nothing new. */
    async retry(till: string, id: string, round?: number, assistance?: AssistanceRequest): Promise<Asked> {
      const same = pending.get(`${till}\n${id}`);
      if (same) return same.then((asked) => (asked.ok ? { ...asked, fresh: false } : asked));
      const kept = deps.outbox.find(id);
      if (kept?.till !== till) return no(refusal('verification-unknown'));
      const { view } = kept;
      if (view.round >= (round ?? (view.outcome ? view.round + 1 : view.round)))
        return { ok: true, fresh: false, view };
      const refused = whyNot(kept.settled, view, round);
      if (refused) return no(refused);
      const asked = enter(till, view, assistance).finally(() => pending.delete(`${till}\n${id}`));
      pending.set(`${till}\n${id}`, asked);
      return asked;
    },
    async appeal(till: string, id: string, by: AppealRequest['by']): Promise<Asked> {
      const kept = deps.outbox.find(id);
      if (kept?.till !== till) return no(refusal('verification-unknown'));
      if (kept.view.appeal) return { ok: true, fresh: false, view: kept.view };
      if (!kept.view.outcome) return no(refusal('verification-live'));
      if (!kept.settled) return no(refusal('backend-unreachable', { detail: 'the outcome is not confirmed yet' }));
      const answer = await deps.backend.appeal(kept.view.record ?? id, { by });
      if (!answer.ok) return no(answer.problem);
      const check = await deps.backend.check(answer.value);
      if (check === 'unknown') return no(refusal('backend-unreachable', { detail: 'its receipt cannot be checked' }));
      if (check === 'wrong') return no(refusal('receipt-wrong'));
      ledger.appeal(id, answer.value);
      return { ok: true, fresh: true, view: ledger.look(id)! };
    },
  };
}

function whyNot(settled: boolean, view: TillView, round: number | undefined): Problem | undefined {
  if (!view.outcome) return refusal('verification-live');
  if (round !== undefined && round !== view.round + 1)
    return refusal('request-invalid', { issues: [{ path: 'round', message: `the next one is ${view.round + 1}` }] });
  if (!settled) return refusal('backend-unreachable', { detail: 'the outcome is not confirmed yet' });
  // It waited in the queue and never reached the backend.
  return view.rounds === 0 ? refusal('retry-impossible') : undefined;
}

/** An answer that was lost shows as a verification that is live already, in the round that was asked for. */
async function reopen(
  backend: Pick<Backend, 'retry' | 'find'>,
  view: TillView,
  assistance: AssistanceRequest | undefined,
): Promise<Answer<Verification>> {
  const id = view.record ?? view.verification;
  const answer = await backend.retry(id, assistance);
  if (answer.ok || answer.problem.code !== 'verification-live') return answer;
  const found = await backend.find(id);
  const kindOf = (one: { kind: string } | undefined) => one?.kind ?? 'none';
  const asWished = (value: Verification) => !assistance || kindOf(value.assistance) === kindOf(assistance);
  return found.ok && found.value.round === view.round + 1 && asWished(found.value) ? found : answer;
}

const no = (problem: Problem): { readonly ok: false; readonly problem: Problem } => ({ ok: false, problem });
