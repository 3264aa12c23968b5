import type { Message, Messages } from './messages.ts';
import { nextTry } from './schedule.ts';
import type { Delivered, Delivery } from './send.ts';
import { signMessage } from './sign.ts';

export type CourierDeps = {
  readonly messages: Messages;
  readonly epoch: () => number;
  /** 0…1. */
  readonly random: () => number;
  readonly send: (delivery: Delivery) => Promise<Delivered>;
  /** Whether this till is still one. */
  readonly admits: (till: string) => boolean;
  note(event: string, fields: Readonly<Record<string, unknown>>): void;
};

/** Deliveries at a time, to all tills and to one: a till that does not answer takes nobody else's place. */
const AT_ONCE = 16;
const AT_ONCE_A_TILL = 2;
/** Longest sleep, milliseconds: what was missed is found. */
const LONGEST_SLEEP_MS = 30_000;

/** Carries messages to the tills that listen, each until it is taken or a day has passed. */
export function createCourier(deps: CourierDeps) {
  const under = new Map<string, string>();
  const carrying = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const mayCarry = ({ id, till }: Message): boolean =>
    !under.has(id) &&
    under.size < AT_ONCE &&
    [...under.values()].filter((other) => other === till).length < AT_ONCE_A_TILL;

  const look = () => {
    clearTimeout(timer);
    if (closed) return;
    for (const message of deps.messages.due()) {
      if (!mayCarry(message)) continue;
      under.set(message.id, message.till);
      const carried = carry(deps, message).finally(() => {
        under.delete(message.id);
        carrying.delete(carried);
        look();
      });
      carrying.add(carried);
    }
    // Those that are due and have no place are looked at when one under way is done.
    const soonest = deps.messages.soonest();
    const sleep = soonest === undefined || under.size > 0 ? LONGEST_SLEEP_MS : soonest - deps.epoch();
    timer = setTimeout(look, Math.min(LONGEST_SLEEP_MS, Math.max(20, sleep)));
    timer.unref();
  };

  return {
    /** There may be something new. */
    wake: (): void => void setImmediate(look),
    async close(): Promise<void> {
      closed = true;
      clearTimeout(timer);
      await Promise.all(carrying);
    },
  };
}

async function carry(deps: CourierDeps, message: Message): Promise<void> {
  const { id, till, url, pin, secret, body, createdAt, failures } = message;
  if (!deps.admits(till)) {
    deps.messages.remove(till);
    return deps.note('webhook removed', { till });
  }
  const headers = signMessage(secret, id, deps.epoch(), body);
  const delivered = await deps.send({ url, headers, body, ...(pin && { pin }) });
  if (delivered.kind === 'delivered') return void deps.messages.delivered(id);
  if (delivered.kind === 'gone') {
    deps.messages.remove(till);
    return deps.note('webhook gone', { till });
  }
  const at = nextTry(createdAt, deps.epoch(), failures + 1, deps.random());
  if (at !== undefined) return deps.messages.again(id, at, delivered.failure);
  deps.messages.giveUp(id, delivered.failure);
  deps.note('webhook given up', { till, message: id, failure: delivered.failure });
}
