import type { AssistanceRequest } from '../../server/contract/assistance.ts';
import type { Verification } from '../../server/contract/schemas.ts';
import type { Answer, Backend } from '../backend/client.ts';
import { refusal } from '../problems.ts';
import type { Ledger } from './ledger.ts';
import type { Asked } from './question.ts';
import type { Serving } from './serve.ts';

export type AssistDeps = { readonly backend: Pick<Backend, 'assist'> };

/** Less is asked of the person at the counter: by the cashier's choice, or by their own. */
export function createAssisting(deps: AssistDeps, ledger: Ledger, serving: Pick<Serving, 'serves' | 'changed'>) {
  const assist = async (id: string, asked: AssistanceRequest): Promise<Answer<Verification>> => {
    const answer = await deps.backend.assist(ledger.look(id)?.record ?? id, asked);
    if (answer.ok) serving.changed(id, answer.value);
    return answer;
  };
  return {
    /** By the cashier, while the person is asked for consent. */
    async assist(till: string, id: string, asked: AssistanceRequest): Promise<Asked> {
      if (!ledger.find(till, id)) return { ok: false, problem: refusal('verification-unknown') };
      if (!serving.serves(id)) return { ok: false, problem: refusal('nothing-asked') };
      const answer = await assist(id, asked);
      return answer.ok ? { ok: true, fresh: true, view: ledger.look(id)! } : { ok: false, problem: answer.problem };
    },
    /** By the person on the screen: gentle where the policy allows it. Whoever needs more than that tells the cashier. */
    async wish(id: string): Promise<void> {
      ledger.wish(id);
      const view = ledger.look(id);
      if (view && !view.assistance && view.assistable?.includes('gentle')) await assist(id, { kind: 'gentle' });
    },
  };
}
