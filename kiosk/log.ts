import { KioskError } from './error.ts';

/** Where the kiosk writes what happened: JSON lines. No names, no numbers of persons, no pictures. */
export type Log = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** A request that met an exception. One that the client itself cut off is no fault of ours. */
export function logFailed(log: Log, error: unknown): void {
  if (error instanceof KioskError && error.code === 'body-cut') log.info({ code: error.code }, error.message);
  else log.error(describeFault(error), 'a request failed');
}

/** Class, code and place of a fault. Its message only where the class is ours: others repeat what they were given. */
export function describeFault(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = (error as { code?: unknown }).code;
  const place = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  const own = typeof code === 'string' && /^[a-z]+(-[a-z]+)+$/.test(code);
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(own ? { message: error.message } : {}),
    place: place?.slice(0, 8).map((line) => line.trim()),
  };
}
