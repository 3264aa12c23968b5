import type { ShallowRef } from 'vue';
import type { News, Problem, Till, View } from '../../../till/till.ts';
import { type Page, pageOf, type Running } from './page.ts';

export type FollowingDeps = {
  readonly till: Pick<Till, 'watch' | 'find'>;
  readonly page: ShallowRef<Page>;
  readonly go: (page: Page) => void;
  readonly meet: (problem: Problem) => void;
};

/** Milliseconds: how often an outcome is looked at that the person may take up again at the kiosk. */
const LOOK_MS = 2000;

/** Keeps the page true to one verification, over as many connections as it takes. */
export function useFollowing({ till, page, go, meet }: FollowingDeps) {
  let following: AbortController | undefined;
  let newest = 0;

  const stop = () => {
    following?.abort();
    following = undefined;
  };

  function follow(view: View): void {
    stop();
    following = new AbortController();
    newest = view.event ?? 0;
    void (view.outcome ? lookAgain(view, following.signal) : watch(view.verification, following.signal));
  }

  async function watch(id: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted)
      for await (const news of till.watch(id, { after: newest, signal })) {
        if (signal.aborted) return;
        if ('id' in news) newest = Math.max(newest, news.id);
        if (news.event === 'problem' && news.data.code !== 'outcome-unknown') return lose(news.data);
        if (news.event === 'view' && news.data.outcome) {
          go({ kind: 'ended', view: news.data });
          return void lookAgain(news.data, signal);
        }
        await take(news, id, signal);
      }
  }

  /** The kiosk knows nothing of it any more. */
  function lose(problem: Problem): void {
    if (problem.code !== 'till-unknown') go({ kind: 'cardholder' });
    meet(problem);
  }

  async function take(news: News, id: string, signal: AbortSignal): Promise<void> {
    const shown = page.value;
    if (shown.kind !== 'running') return;
    if (news.event === 'view') page.value = keepCancelling(pageOf(news.data, performance.now()), shown);
    else if (news.event === 'queued') page.value = { ...shown, view: { ...shown.view, place: news.data.place } };
    // Only then it is known who it is about, and how long it may take.
    else if (CHANGES.includes(news.event) || (news.event === 'step' && shown.view.state === 'queued')) {
      const found = await till.find(id);
      if (found.ok && !signal.aborted) page.value = keepCancelling(pageOf(found.value, performance.now()), shown);
    } else if (news.event === 'step') page.value = { ...shown, step: news.data };
  }

  /** The person may try again at the kiosk's own screen. */
  async function lookAgain(view: View, signal: AbortSignal): Promise<void> {
    while (view.next?.includes('retry') && !signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      if (signal.aborted) return;
      const found = await till.find(view.verification);
      if (signal.aborted) return;
      if (!found.ok || (found.value.outcome && found.value.round === view.round)) continue;
      go(pageOf(found.value, performance.now()));
      return follow(found.value);
    }
  }

  return { follow, stop };
}

/** What changes how much is asked, and how long it may take. */
const CHANGES: readonly News['event'][] = ['retry', 'wish', 'assistance'];

const keepCancelling = (page: Page, { cancelling }: Running): Page =>
  page.kind === 'running' ? { ...page, cancelling } : page;
