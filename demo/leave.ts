/** When a program has to go: a signal, or the end of whoever started it through a channel. */
import process from 'node:process';

/** Calls `leave` at each reason to go; it may come more than once. */
export function onLeave(leave: () => void): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, leave);
  process.on('disconnect', leave);
  process.channel?.unref();
  if (process.connected === false) leave();
}
