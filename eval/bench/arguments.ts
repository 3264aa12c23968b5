export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }
  | { readonly kind: 'bench'; readonly quick: boolean; readonly check: boolean; readonly json?: string };

export const HELP = `usage: npm run bench [-- [--quick] [--check] [--json FILE]]

Measures this project against @vladmandic/human and @vladmandic/face-api: the same frames, in turns, one thread each,
every contestant in a process of its own, after warm-up. Frames: a simulated person, and real films where
../shared/eval/videos and ffmpeg are at hand.

--quick      fewer frames: about a minute instead of several
--check      exit code 1 and a line for each bar that is missed
--json FILE  everything that was measured`;

/** Reads the words after the command. */
export function parseArguments(words: readonly string[]): Request {
  let [quick, check, json] = [false, false, undefined as string | undefined];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--help' || word === '-h') return { kind: 'help' };
    if (word === '--quick') quick = true;
    else if (word === '--check') check = true;
    else if (word !== '--json') return { kind: 'wrong', message: `unknown word ${word}; --help says what there is` };
    else {
      json = words[++i];
      if (json === undefined || json.startsWith('-')) return { kind: 'wrong', message: '--json needs a FILE' };
    }
  }
  return { kind: 'bench', quick, check, ...(json !== undefined && { json }) };
}
