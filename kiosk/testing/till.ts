import type { KioskConfig } from '../config.ts';
import type { Page } from '../pages/serve.ts';
import { createTillApp } from '../till/app.ts';
import { createPairings } from '../till/pair.ts';
import { createAccess } from '../till/revocation.ts';
import type { createCounter } from './counter.ts';

export type TestTillOptions = {
  readonly keys?: KioskConfig['till']['keys'];
  readonly local?: boolean;
  readonly pages?: ReadonlyMap<string, Page>;
  readonly fingerprint?: string;
  readonly fault?: (error: unknown) => void;
};

/** The interface for tills over a test's counter; the codes of pairings are in `counter.states`. */
export function createTestTill(counter: ReturnType<typeof createCounter>, options: TestTillOptions = {}) {
  const { keys = [], pages = new Map(), fingerprint = '' } = options;
  const pairings = createPairings({
    tills: counter.tills,
    epoch: Date.now,
    refuses: () => undefined,
    show: (state) => void counter.states.push({ store: 'store', ...state } as (typeof counter.states)[number]),
    hide: () => void counter.states.push({ store: 'store', kind: 'idle' }),
    note: () => undefined,
  });
  const access = createAccess(counter.tills, 20);
  return createTillApp({
    desk: counter.desk,
    keys,
    tills: counter.tills,
    local: options.local ?? keys.length === 0,
    access,
    pairings,
    people: counter.backend.people,
    webhooks: { messages: counter.messages, reach: { hosts: [], loopback: true } },
    pages,
    about: () => ({ kiosk: 'counter-1', store: 'store', fingerprint }),
    health: () => ({ ok: true }),
    fault: options.fault ?? (() => undefined),
  });
}
