import { openPort } from '../../hardware/port.ts';
import { systemClock } from '../clock.ts';
import { isLoopback, type KioskConfig, trustsLoopback, usesTls } from '../config.ts';
import type { ScreenState } from '../contract.ts';
import type { Desk } from '../desk/desk.ts';
import { listen } from '../http/listen.ts';
import { describeFault, type Log, logFailed } from '../log.ts';
import type { Page } from '../pages/serve.ts';
import { refusal } from '../problems.ts';
import type { ScreenHub } from '../screen/hub.ts';
import { announce } from './announce.ts';
import { createTillApp } from './app.ts';
import { loadCertificate } from './certificate.ts';
import type { TillAppDeps } from './deps.ts';
import { createPairings } from './pair.ts';
import { createAccess } from './revocation.ts';
import { serveSerial } from './serial.ts';
import { MAX_LINE } from './serial-lines.ts';
import type { Tills } from './tills.ts';

export type DoorDeps = Pick<TillAppDeps, 'people' | 'health' | 'webhooks'> & {
  readonly config: KioskConfig;
  readonly desk: Desk;
  readonly tills: Tills;
  readonly hub: ScreenHub;
  readonly pages: ReadonlyMap<string, Page>;
  readonly log: Log;
};

export type Door = Awaited<ReturnType<typeof openDoor>>;

/** How often the certificate's end is looked at, milliseconds. */
const RENEW_EVERY_MS = 86_400_000;

/** Everything that tills see of this kiosk: certificate, pairing, the interface on the LAN and on a serial line. */
export async function openDoor(deps: DoorDeps) {
  const { config, desk, tills, log } = deps;
  const certificate = usesTls(config.till) ? await loadCertificate(config.data, systemClock.epoch()) : undefined;
  const about = () => ({
    kiosk: config.kiosk.name,
    store: config.store.name,
    fingerprint: certificate?.fingerprint ?? '',
  });
  const pairings = createPairings({
    tills,
    epoch: systemClock.epoch,
    refuses: () => whyNoPairing(config, desk),
    show: (state) => deps.hub.show({ store: config.store.name, ...state } as ScreenState),
    hide: deps.hub.rest,
    note: (event, fields) => log.info(fields, event),
  });
  const access = createAccess(tills);
  const app = createTillApp({
    ...deps,
    keys: config.till.keys,
    local: trustsLoopback(config.till),
    access,
    pairings,
    about,
    fault: (error) => logFailed(log, error),
  });
  const listening = await listen('till', app.fetch, config.till, certificate);
  const { port } = new URL(listening.url);
  const announced = announces(config)
    ? announce({ ...about(), port: Number(port), warn: (code) => log.warn({ code }, 'cannot be found by mDNS') })
    : undefined;
  const serial = config.till.serial && openSerial(config.till.serial, app, log);
  const renewal = setInterval(() => void renew(), RENEW_EVERY_MS);
  renewal.unref();
  return {
    url: listening.url,
    /** A sale needs the screen. */
    giveWay: pairings.giveWay,
    async close(): Promise<void> {
      clearInterval(renewal);
      access.close();
      await Promise.all([announced?.close(), serial?.close()]);
      await listening.close();
    },
  };

  async function renew(): Promise<void> {
    if (!certificate) return;
    try {
      listening.renew(await loadCertificate(config.data, systemClock.epoch()));
    } catch (error) {
      log.error(describeFault(error), 'the certificate cannot be renewed');
    }
  }
}

const announces = ({ till }: KioskConfig): boolean => till.announce ?? !isLoopback(till.host);

/** Milliseconds. */
const REOPEN_MS = 5000;

function openSerial({ path, baud }: { path: string; baud: number }, app: ReturnType<typeof createTillApp>, log: Log) {
  return serveSerial({
    open: () => openPort({ path, baud, most: MAX_LINE }),
    request: (url, init, env) => app.request(url, init, env),
    retryMs: REOPEN_MS,
    note: (event, fields) => log.info({ path, ...fields }, event),
  });
}

function whyNoPairing(config: KioskConfig, desk: Desk) {
  if (!config.till.pairing) return refusal('pairing-off');
  // Without whose: whoever asks to be paired is nobody yet.
  return desk.isBusy() ? refusal('kiosk-busy') : undefined;
}
