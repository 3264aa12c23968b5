/** Told how far a measurement is. */
export type Progress = (what: string, done: number, of: number) => void;

type Terminal = { readonly isTTY?: boolean; write(text: string): unknown };

/** One line that changes on a terminal; elsewhere one line as each part ends. */
export function createProgress(out: Terminal): Progress {
  return (what, done, of) => {
    const text = `eval: ${what} ${done}/${of}`;
    if (out.isTTY) out.write(done === of ? `\r${text}\n` : `\r${text}`);
    else if (done === of) out.write(`${text}\n`);
  };
}
