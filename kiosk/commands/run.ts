import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { readKioskConfig } from '../config.ts';
import { describeFault } from '../log.ts';
import { startStack } from '../stack.ts';

/** Nobody waits longer for a kiosk to stop, milliseconds. */
const STOP_LIMIT_MS = 2800;
/** Signals this near to the first one are the same request. */
const SAME_MOMENT_MS = 500;
const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Runs the kiosk until it is told to stop. */
export async function run(path: string): Promise<number> {
  const started = performance.now();
  const config = readKioskConfig(path);
  const redact = ['*.idNumber', 'idNumber', '*.name', 'subject'];
  // Written at once: a line that waits when its reader is gone would keep the process from ending.
  const log = pino({ name: 'kiosk', redact }, pino.destination({ fd: 1, sync: true }));
  const stack = await startStack(config, ROOT, log);
  stopOnSignal(() => stack.close(), log);
  const { till, screen } = stack;
  log.info({ till, screen, ms: Math.round(performance.now() - started) }, 'ready');
  return 0;
}

/**
 * The first signal stops in order; what cannot be stopped in time is left to the recovery of the next start. A later
 * one stops at once; those of the same moment are one Ctrl-C that came by several ways.
 */
function stopOnSignal(close: () => Promise<void>, log: pino.Logger): void {
  let since: number | undefined;
  const stop = (signal: string) => {
    if (since !== undefined) return performance.now() - since > SAME_MOMENT_MS ? process.exit(1) : undefined;
    since = performance.now();
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(0), STOP_LIMIT_MS).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error(describeFault(error), 'stopped with a fault');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  // Whoever started us through a channel and is gone cannot stop us any more.
  process.on('disconnect', () => stop('parent gone'));
  process.channel?.unref();
  if (process.connected === false) stop('parent gone');
}
