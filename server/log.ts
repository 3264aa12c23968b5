import pino, { type Logger } from 'pino';

const SECRET = ['idNumber', 'bankCard', 'phone', 'person', 'still', 'jpeg', 'secretKey', 'authorization'];

/** What `LOG_LEVEL` and `log.level` may say. */
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** JSON lines on stdout. What could hold a person's data is struck out wherever it stands, should it ever get here. */
export function createLog(level: string): Logger {
  const paths = SECRET.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths, censor: '[struck out]' },
    serializers: { err: describeFault },
  };
  // Written at once: a line that waits when its reader is gone would keep the process from ending.
  return pino(options, pino.destination({ fd: 1, sync: true }));
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
    stack: place?.slice(0, 8).map((line) => line.trim()),
  };
}
