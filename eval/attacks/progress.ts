/** A bar on the terminal; elsewhere a line now and then. */
export type Progress = { step(): void; end(): void };

export function createProgress(title: string, total: number, out: NodeJS.WriteStream, now: () => number): Progress {
  const began = now();
  let done = 0;
  let told = began;
  const text = () => {
    const filled = Math.round((30 * done) / Math.max(1, total));
    const seconds = Math.round((now() - began) / 1000);
    return `${title.padEnd(24)} [${'#'.repeat(filled).padEnd(30, '.')}] ${done}/${total}  ${seconds} s`;
  };
  return {
    step() {
      done++;
      if (out.isTTY) out.write(`\r${text()}`);
      else if (now() - told > 30_000) {
        told = now();
        out.write(`${text()}\n`);
      }
    },
    end: () => void out.write(out.isTTY ? `\r${text()}\n` : `${text()}\n`),
  };
}
