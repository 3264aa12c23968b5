import { systemClock } from '../../clock.ts';
import { isLoopback, type KioskConfig } from '../../config.ts';
import type { Log } from '../../log.ts';
import type { KioskDatabase } from '../../outbox/database.ts';
import type { Tills } from '../tills.ts';
import { createCourier } from './courier.ts';
import { openMessages } from './messages.ts';
import { send } from './send.ts';

/** Webhooks as the kiosk has them: the outbox, where it may send, and who carries. */
export function openWebhooks(config: KioskConfig, database: KioskDatabase, tills: Tills, log: Log) {
  const { hosts, timeoutMs } = config.till.webhooks;
  const reach = { hosts, loopback: isLoopback(config.till.host) };
  const messages = openMessages(database, systemClock.epoch);
  const courier = createCourier({
    messages,
    epoch: systemClock.epoch,
    random: Math.random,
    send: (delivery) => send(delivery, reach, timeoutMs),
    admits: (till) => !tills.isRevoked(till),
    note: (event, fields) => log.warn(fields, event),
  });
  return { messages, reach, courier };
}
