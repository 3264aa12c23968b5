import { systemClock } from '../clock.ts';
import type { KioskConfig } from '../config.ts';
import { describeFault, type Log } from '../log.ts';
import { createBackend } from './client.ts';
import type { DeviceKey } from './device-key.ts';
import { createIdentity, enrolAnew } from './identity.ts';
import { createSealer, createSigner } from './signing.ts';

export type Line = ReturnType<typeof openLine>;

/** The line to the backend: who this kiosk is there, every request signed, evidence sealed. */
export function openLine(config: KioskConfig, key: DeviceKey, log: Log) {
  const wire = { url: config.backend.url, timeoutMs: config.limits.backendMs, fetch };
  const { enrolmentCode: code } = config.backend;
  const names = { name: config.kiosk.name, store: config.store.id };
  const enrolment = { folder: config.data, ...names, key, ...(code && { code }) };
  const identity = createIdentity(wire, enrolment, (fields, message) => log.warn(fields, message));
  const kioskId = () => identity.id() ?? '';
  const cannotMend = (error: unknown) => log.error(describeFault(error), 'cannot mend');
  const signed = createBackend({ ...wire, sign: createSigner(key, kioskId, systemClock.epoch) });
  const backend = enrolAnew(signed, identity, cannotMend);
  return { identity, backend, seal: createSealer(key, kioskId, backend.keys), cannotMend };
}
