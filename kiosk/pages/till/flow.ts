import { computed, type InjectionKey, inject, onScopeDispose, ref, shallowRef } from 'vue';
import type { AssistanceRequest, People, Problem, Question, View } from '../../../till/till.ts';
import type { Choice, Help } from './assistance.ts';
import { aboutOf, chosenOf, createDraft, handOf, needsGuardian, type Subject } from './draft.ts';
import { useFollowing } from './following.ts';
import type { Kept, KeptQuestion } from './kept.ts';
import type { Line } from './line.ts';
import { before, type Entering, isOfFields, type Page, pageOf } from './page.ts';

export type Flow = ReturnType<typeof useFlow>;
export const FLOW: InjectionKey<Flow> = Symbol('flow');
export const useTheFlow = (): Flow => inject(FLOW)!;

/** Milliseconds between two tries to find out how things stand. */
const AGAIN_MS = 400;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The way of one question: from the cardholder to the outcome, and back to it after whatever happens. */
export function useFlow(kept: Kept, { till, connected }: Line) {
  const page = shallowRef<Page>({ kind: 'starting' });
  const draft = createDraft();
  const people = shallowRef<People>();
  const working = ref(false);
  /** Told on the page where it was met. */
  const problem = shallowRef<Problem>();
  /** Outcomes that the cashier has turned away from: the same sale is asked for anew. */
  const left = new Set<string>();
  const renewed = new Set<string>();
  /** What is done once a member of staff has vouched. */
  const vouched = shallowRef<(by: string) => void>();
  let last: { readonly question: Question; readonly from: Entering } | undefined;

  const go = (next: Page) => {
    problem.value = undefined;
    page.value = next;
  };
  const following = useFollowing({ till, page, go, meet });

  /** One thing at a time; a second press is none. */
  async function work(task: () => Promise<void>): Promise<void> {
    if (working.value) return;
    working.value = true;
    problem.value = undefined;
    try {
      await task();
    } finally {
      working.value = false;
    }
  }

  /** @returns whether the problem was one of the key, which has its own page. */
  function meet(met: Problem): boolean {
    if (met.code !== 'till-unknown') {
      problem.value = met;
      return false;
    }
    following.stop();
    go({ kind: 'pairing', lapsed: kept.key() !== undefined });
    return true;
  }

  function show(view: View): void {
    draft.sale = view.sale;
    kept.keep({ sale: view.sale, verification: view.verification });
    go(pageOf(view, performance.now()));
    following.follow(view);
  }

  /** To the page on which things really stand: at the start, after a reload, after pairing. */
  async function start(asked?: string): Promise<void> {
    go({ kind: 'starting' });
    const question = asked === undefined || kept.question()?.sale === asked ? kept.question() : { sale: asked };
    draft.sale = question?.sale ?? '';
    for (;;) {
      const found = question?.verification ? await till.find(question.verification) : undefined;
      if (found?.ok) return show(found.value);
      if (found && found.problem.code !== 'verification-unknown') {
        if (meet(found.problem)) return;
      } else if (await startFromSale(question, asked !== undefined)) return;
      await pause(AGAIN_MS);
    }
  }

  /** @returns whether it is known now what to show. */
  async function startFromSale(question: KeptQuestion | undefined, wished: boolean): Promise<boolean> {
    const found = await till.findBySale(question?.sale || '-');
    if (!found.ok) return meet(found.problem);
    const { status, verification } = found.value;
    const asking = question?.asking === true;
    // A question is under way to the backend: nobody knows yet.
    if (asking && status === 'in-progress' && verification?.outcome !== undefined) return false;
    if (asking && status === 'in-progress' && !verification) return false;
    if (verification && (asking || wished || question?.verification)) show(verification);
    else go({ kind: 'cardholder' });
    return true;
  }

  /** Who may stand here, and whether this sale has a verification already. */
  const findPeople = () =>
    work(async () => {
      const about = aboutOf(draft);
      if (!about) return;
      kept.keep({ sale: about.sale });
      const [sale, found] = await Promise.all([till.findBySale(about.sale), till.people(about.cardholder)]);
      const known = sale.ok ? sale.value.verification : undefined;
      if (found.ok) people.value = found.value;
      draft.chosen = 0;
      if (known && !left.has(known.verification)) return show(known);
      if (!found.ok) return void meet(found.problem);
      go({ kind: 'people' });
    });

  const ask = (question: Question, from: Entering) =>
    work(async () => {
      last = { question, from };
      kept.keep({ sale: question.sale, asking: true });
      const known = await till.findBySale(question.sale);
      if (!known.ok) return refuse(known.problem, from);
      const current = known.value.verification;
      if (current && !left.has(current.verification)) return show(current);
      // Anew once for each outcome that was turned away from; from then on the key is that of the new question.
      const anew = current !== undefined && !renewed.has(current.verification);
      if (anew) renewed.add(current.verification);
      let asked = await till.ask(question, { anew });
      // The cashier chose otherwise after a question that nobody took up.
      if (!asked.ok && asked.problem.code === 'idempotency-conflict') asked = await till.ask(question, { anew: true });
      if (asked.ok) return show(asked.value);
      refuse(asked.problem, from);
    });

  function refuse(refused: Problem, from: Entering): void {
    // It may be on its way: a reload finds out.
    if (refused.status !== 0) kept.keep({ sale: draft.sale });
    if (refused.code === 'till-unknown' || isOfFields(refused)) meet(refused);
    else if (refused.code === 'guardian-missing' && from === 'people') go({ kind: 'guardian' });
    else go({ kind: 'refused', problem: refused, from });
  }

  function askFor(subject: Subject | undefined, from: Entering): void {
    const about = aboutOf(draft);
    if (!about || !subject) return;
    const question: Question = { ...about, subject, channel: 'kiosk' };
    assisted(draft.assistance, (assistance) => void ask({ ...question, ...(assistance && { assistance }) }, from));
  }

  /** Goes on with what was chosen; where somebody has to vouch, once they have. */
  function assisted(kind: Choice, go: (assistance: AssistanceRequest | undefined) => void): void {
    if (kind === 'none') go(undefined);
    else if (kind === 'gentle') go({ kind });
    else vouched.value = (by) => go({ kind, by, present: true });
  }

  /** @param by the staff number; nothing when nobody vouches. */
  function attest(by: string | undefined): void {
    const go = vouched.value;
    vouched.value = undefined;
    if (by !== undefined) go?.(by);
  }

  /** From the page where somebody enters something, at the kiosk. */
  function verify(): void {
    const { kind } = page.value;
    const known = people.value;
    if (kind === 'by-hand') askFor(handOf(draft), kind);
    else if (known && kind === 'people' && needsGuardian(draft, known)) go({ kind: 'guardian' });
    else if (known && (kind === 'people' || kind === 'guardian')) askFor(chosenOf(draft, known), kind);
  }

  const retryWith = (assistance: AssistanceRequest | undefined) =>
    work(async () => {
      if (page.value.kind !== 'ended') return;
      const { view } = page.value;
      // Asked for only; what follows is told to whoever follows.
      const asked = await till.retry(view, { limitMs: 0, ...(assistance && { assistance }) });
      if (!asked.ok && asked.problem.code !== 'outcome-unknown') return void meet(asked.problem);
      const found = await till.find(view.verification);
      if (found.ok) show(found.value);
      else meet(found.problem);
    });

  /** The next round, as this one unless less is asked of the person. */
  function retry(kind?: Help): void {
    if (page.value.kind !== 'ended') return;
    // Whoever vouched did so for this round.
    const again = page.value.view.assistance?.kind === 'attested' ? 'attested' : 'none';
    assisted(kind ?? again, (assistance) => void retryWith(assistance));
  }

  /** Less is asked of the person, who is asked for consent now. */
  function assist(kind: Help): void {
    assisted(kind, (assistance) => assistance && void assistWith(assistance));
  }

  const assistWith = (assistance: AssistanceRequest) =>
    work(async () => {
      if (page.value.kind !== 'running') return;
      const assisted = await till.assist(page.value.view.verification, assistance);
      if (assisted.ok) show(assisted.value);
      else meet(assisted.problem);
    });

  const appeal = () =>
    work(async () => {
      if (page.value.kind !== 'ended') return;
      const appealed = await till.appeal(page.value.view.verification, 'cashier');
      if (appealed.ok) show(appealed.value);
      else meet(appealed.problem);
    });

  async function cancel(): Promise<void> {
    const shown = page.value;
    if (shown.kind !== 'running' || shown.cancelling) return;
    page.value = { ...shown, cancelling: true };
    problem.value = undefined;
    const cancelled = await till.cancel(shown.view.verification);
    if (page.value.kind !== 'running' || page.value.view.verification !== shown.view.verification) return;
    if (cancelled.ok && cancelled.value.outcome) return show(cancelled.value);
    page.value = { ...page.value, cancelling: false };
    if (!cancelled.ok) meet(cancelled.problem);
  }

  /** Chooses anew, for the same sale where there is one. */
  function back(): void {
    const shown = page.value;
    if (working.value || shown.kind === 'running') return;
    const earlier = shown.kind === 'refused' ? shown.from : before(shown.kind);
    if (shown.kind === 'ended') turnAway(shown.view);
    else if (earlier) go({ kind: earlier });
  }

  function turnAway(view: View): void {
    following.stop();
    left.add(view.verification);
    kept.keep({ sale: view.sale });
    const fresh = people.value && Date.parse(people.value.expiresAt) > Date.now() && aboutOf(draft);
    go({ kind: fresh ? 'people' : 'cardholder' });
  }

  /** The sale is over: nothing of it stays. */
  function finish(): void {
    following.stop();
    kept.forget();
    draft.clear();
    people.value = undefined;
    last = undefined;
    go({ kind: 'cardholder' });
  }

  const showSale = (sale: string) =>
    work(async () => {
      const found = await till.findBySale(sale);
      if (found.ok && found.value.verification) show(found.value.verification);
    });

  onScopeDispose(following.stop);
  return {
    page: computed(() => page.value),
    draft,
    people: computed(() => people.value),
    working: computed(() => working.value),
    problem: computed(() => problem.value),
    connected,
    start,
    findPeople,
    enterByHand: () => go({ kind: 'by-hand' }),
    verify,
    attesting: computed(() => vouched.value !== undefined),
    attest,
    retry,
    assist,
    appeal,
    cancel,
    back,
    finish,
    showSale,
    /** The same question once more. */
    askAgain: () => last && void ask(last.question, last.from),
    keepKey: kept.keepKey,
  };
}
