/**
 * A till's side of the kiosk's interface, version 1 (docs/till.md): one question, one outcome, whatever the network
 * does. Needs nothing but `fetch` and Web Crypto (Node 20 or newer, browsers). Nothing here throws for what a network
 * or a kiosk may do, and every call ends within its limit.
 */
import type {
  Answer,
  AssistanceRequest,
  FollowOptions,
  News,
  OfSale,
  People,
  Question,
  Store,
  TillOptions,
  VerifyOptions,
  View,
} from './contract.ts';
import { pause } from './wait.ts';
import {
  FIRST_PAUSE_MS,
  isPassing,
  LONGEST_PAUSE_MS,
  type More,
  no,
  once,
  persist,
  REQUEST_MS,
  stream,
} from './wire.ts';

export type * from './contract.ts';
export { checkReceipt, type KeySet } from './receipt.ts';

export type Till = ReturnType<typeof createTill>;

/** All tries of a call that is answered at once, milliseconds. */
const CALL_MS = 25_000;
/** A verification lives 120 s, an assisted one 180 s, and may wait in a queue before. */
const LIMIT_MS = 390_000;
/** One long poll, seconds. */
const POLL_S = 20;
/** Streams in a row that bring nothing: from then on the till polls. */
const DRY_STREAMS = 4;

export function createTill(options: TillOptions) {
  const store = options.store ?? memoryStore();
  const callMs = options.callMs ?? CALL_MS;
  const asking = new Map<string, Promise<Answer<View>>>();
  const at = (id: string) => `/v1/verifications/${encodeURIComponent(id)}`;
  const call = <T>(method: 'GET' | 'POST', path: string, more: More = {}): Promise<Answer<T>> =>
    persist<T>(options, method, path, { limitMs: callMs, ...more });

  const findBySale = (sale: string, signal?: AbortSignal) =>
    call<OfSale>('GET', `/v1/verifications?sale=${encodeURIComponent(sale)}`, { signal });

  /** What the kiosk knows of a sale, once it is sure. */
  const lookUp = async (sale: string, signal?: AbortSignal): Promise<Answer<OfSale>> => {
    const late = performance.now() + callMs;
    for (;;) {
      const found = await findBySale(sale, signal);
      if (!found.ok || found.value.status !== 'in-progress' || found.value.verification) return found;
      // A question of this sale is under way to the backend.
      if (signal?.aborted || performance.now() + 1000 > late) return no('outcome-unknown');
      await pause(1000, signal);
    }
  };

  const ask = async (question: Question, { anew, signal }: VerifyOptions): Promise<Answer<View>> => {
    let key = await store.get(question.sale);
    if (anew || key === undefined) {
      // Keys may be lost with a disk: the kiosk still knows the sale.
      const known = anew ? undefined : await lookUp(question.sale, signal);
      if (known && !known.ok) return known;
      if (known?.value.verification) return { ok: true, value: known.value.verification };
      key = crypto.randomUUID();
      if (anew) await store.replace(question.sale, key);
      else key = await store.add(question.sale, key);
    }
    const asked = await call<View>('POST', '/v1/verifications', { body: question, key, signal });
    // Whatever stands there says yes to something else.
    return asked.ok && asked.value.sale !== question.sale ? no('kiosk-unreachable', 'no kiosk answers there') : asked;
  };

  const askOnce = (question: Question, how: VerifyOptions): Promise<Answer<View>> => {
    const same = asking.get(question.sale);
    if (same) return same;
    const asked = ask(question, how)
      .catch((error: unknown) => no('store-failed', String(error)))
      .finally(() => asking.delete(question.sale));
    asking.set(question.sale, asked);
    return asked;
  };

  /** To the outcome of the round that `view` is in. */
  const settle = async (view: View, { onNews, ...how }: VerifyOptions): Promise<Answer<View>> => {
    if (view.outcome) return { ok: true, value: view };
    for await (const news of watch(view.verification, how)) {
      onNews?.(news);
      if (news.event === 'view' && news.data.outcome) return { ok: true, value: news.data };
      if (news.event === 'problem') return { ok: false, problem: news.data };
    }
    return no('outcome-unknown');
  };

  /** How it stands: at once, or with `after` as soon as there is news. */
  const look = (id: string, after: number | undefined, late: number, signal?: AbortSignal): Promise<Answer<View>> => {
    if (after === undefined) return once<View>(options, 'GET', at(id), { late, signal });
    const seconds = Math.min(POLL_S, Math.max(1, Math.floor((late - performance.now()) / 1000)));
    const more = { requestMs: seconds * 1000 + REQUEST_MS, late, signal };
    return once<View>(options, 'GET', `${at(id)}?wait=${seconds}&after=${after}`, more);
  };

  /** What happens from `after` on; ends with a view that has an outcome, or with a problem. */
  async function* watch(id: string, how: FollowOptions = {}): AsyncGenerator<News, void> {
    const { signal } = how;
    const late = performance.now() + (how.limitMs ?? LIMIT_MS);
    let [last, dry, pauseMs] = [how.after ?? 0, 0, FIRST_PAUSE_MS];
    while (performance.now() < late && !signal?.aborted) {
      // A till, or something between, that cannot stream gets its news by asking for them.
      const polls = options.events === 'poll' || dry >= DRY_STREAMS;
      const before = last;
      if (!polls)
        for await (const news of stream(options, `${at(id)}/events`, last, late, signal)) {
          last = news.id;
          yield news;
        }
      const found = await look(id, polls ? last : undefined, late, signal);
      if (found.ok && (polls || found.value.outcome)) yield { event: 'view', data: found.value };
      if (found.ok && found.value.outcome) return;
      if (!found.ok && !isPassing(found.problem)) return yield { event: 'problem', data: found.problem };
      if (polls && found.ok) last = Math.max(last, found.value.event ?? 0);
      dry = last > before ? 0 : dry + 1;
      pauseMs = last > before ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      if (!polls || !found.ok) await pause(Math.min(pauseMs, late - performance.now()), signal);
    }
    yield { event: 'problem', data: { code: signal?.aborted ? 'aborted' : 'outcome-unknown', status: 0 } };
  }

  return {
    /** Asks, and waits for the outcome. The same sale again is the same verification, also after a restart of the till. */
    async verify(question: Question, how: VerifyOptions = {}): Promise<Answer<View>> {
      const asked = await askOnce(question, how);
      return asked.ok ? settle(asked.value, how) : asked;
    },
    /** Only asks: `watch` or `find` tell the outcome. */
    ask: (question: Question, how: Pick<VerifyOptions, 'anew' | 'signal'> = {}) => askOnce(question, how),
    /** After a restart: the outcome of a sale, the same as the first time; waits for it while it is in progress. */
    async recover(sale: string, how: VerifyOptions = {}): Promise<Answer<OfSale>> {
      const found = await lookUp(sale, how.signal);
      if (!found.ok || found.value.status !== 'in-progress') return found;
      const settled = await settle(found.value.verification!, how);
      return settled.ok
        ? { ok: true, value: { ...found.value, status: 'processed', verification: settled.value } }
        : settled;
    },
    /** Another round of the same verification, to its outcome. @param view one whose `next` allows it. */
    async retry(view: Pick<View, 'verification' | 'round' | 'event'>, how: VerifyOptions = {}): Promise<Answer<View>> {
      // The number of the round makes a request that was sent twice begin one.
      const { assistance, ...wait } = how;
      const body = { round: view.round + 1, ...(assistance && { assistance }) };
      const asked = await call<View>('POST', `${at(view.verification)}/retry`, { body, signal: how.signal });
      return asked.ok ? settle(asked.value, { after: view.event ?? 0, ...wait }) : asked;
    },
    /** Asks less of the person while they are asked for consent. */
    assist: (id: string, assistance: AssistanceRequest) =>
      call<View>('POST', `${at(id)}/assistance`, { body: assistance }),
    appeal: (id: string, by: 'cashier' | 'subject') => call<View>('POST', `${at(id)}/appeal`, { body: { by } }),
    /** Ends it if it still runs, and tells how it really ended. */
    cancel: (id: string) => call<View>('POST', `${at(id)}/cancel`),
    find: (id: string) => call<View>('GET', at(id)),
    findBySale: (sale: string) => findBySale(sale),
    people: (cardholder: Question['cardholder']) => call<People>('POST', '/v1/people', { body: { cardholder } }),
    watch,
  };
}

function memoryStore(): Store {
  const keys = new Map<string, string>();
  const replace = (sale: string, key: string) => void keys.set(sale, key);
  const add = (sale: string, key: string) => {
    if (!keys.has(sale)) replace(sale, key);
    return keys.get(sale)!;
  };
  return { get: (sale) => keys.get(sale), add, replace };
}
