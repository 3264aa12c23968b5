import type { Problem } from '../../../server/contract/problem.ts';
import type { Ended, Step, TillView } from '../../contract.ts';
import { readEvents } from '../event-stream.ts';

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: string };
export type Follower = {
  step(step: Step): void;
  connected(connected: boolean): void;
};

/** The till API as the page uses it. `key`: the till's key, empty on the kiosk itself. */
export function createClient(key: () => string) {
  const headers = (): Record<string, string> => (key() ? { authorization: `Bearer ${key()}` } : {});

  const call = async <T>(path: string, init: RequestInit = {}): Promise<Reply<T>> => {
    try {
      const response = await fetch(path, { ...init, headers: { ...headers(), ...init.headers } });
      const json: unknown = await response.json();
      return response.ok ? { ok: true, value: json as T } : { ok: false, code: (json as Problem).code };
    } catch {
      return { ok: false, code: 'kiosk-unreachable' };
    }
  };
  const at = (id: string) => `/v1/verifications/${encodeURIComponent(id)}`;

  return {
    /** The same key asks for the same verification, however often it is sent. */
    ask: (idempotencyKey: string, sale: string, idNumber: string) =>
      call<TillView>('/v1/verifications', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify({ sale, cardholder: { idNumber } }),
      }),
    find: (id: string) => call<TillView>(at(id)),
    cancel: (id: string) => call<TillView>(`${at(id)}/cancel`, { method: 'POST' }),
    /** Follows the events to the outcome, over as many connections as it takes. @returns nothing when `signal` aborts. */
    async follow(id: string, follower: Follower, signal: AbortSignal): Promise<Ended | undefined> {
      let last = '0';
      while (!signal.aborted) {
        try {
          const response = await fetch(`${at(id)}/events`, {
            headers: { ...headers(), 'last-event-id': last },
            signal,
          });
          if (!response.ok || !response.body) throw new Error(`${response.status}`);
          follower.connected(true);
          for await (const event of readEvents(response.body)) {
            last = event.id;
            if (event.event === 'outcome') return JSON.parse(event.data) as Ended;
            if (event.event === 'step') follower.step(JSON.parse(event.data) as Step);
          }
        } catch {
          follower.connected(signal.aborted);
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      return undefined;
    },
  };
}
