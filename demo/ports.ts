/** Ports that people chose: are they free? Asked before anything is started, so that the answer names the option. */
import { createServer } from 'node:net';

/** @returns what is wrong with the chosen ports, by the names of their options, or undefined. 0 takes any free one. */
export async function whyPortsUnusable(ports: Readonly<Record<string, number>>): Promise<string | undefined> {
  const seen = new Map<number, string>();
  for (const [option, port] of Object.entries(ports)) {
    if (port === 0) continue;
    const twin = seen.get(port);
    if (twin) return `--${twin} and --${option} are both ${port}: choose two`;
    seen.set(port, option);
    const why = await whyTaken(port);
    if (why) return `port ${port} ${why}, or choose another with --${option}`;
  }
  return undefined;
}

function whyTaken(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code === 'EADDRINUSE' ? 'is in use: stop what uses it' : `cannot be listened on (${code}): allow it`),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(undefined)));
  });
}
