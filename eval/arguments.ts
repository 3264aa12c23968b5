export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }
  | { readonly kind: 'eval'; readonly directory: string; readonly check: boolean; readonly json?: string };

export const HELP = `usage: npm run eval -- DIR [--check] [--json FILE]

Measures how exact and how hard to fool the models and the liveness verdict are, on real faces.
DIR holds headpose/, pairs/, spoof/ and videos/, laid out as its README.md says. What is missing is left out and said.
Films need ffmpeg (apt-get install ffmpeg).

--check      exit code 1 and a line for each bar that is missed; what was left out misses its bars
--json FILE  everything that was measured`;

/** Reads the words after the command. */
export function parseArguments(words: readonly string[]): Request {
  let [check, json, directory] = [false, undefined as string | undefined, undefined as string | undefined];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--help' || word === '-h') return { kind: 'help' };
    if (word === '--check') check = true;
    else if (word === '--json') {
      json = words[++i];
      if (json === undefined || json.startsWith('-')) return wrong('--json needs a FILE');
    } else if (word.startsWith('-')) return wrong(`unknown word ${word}; --help says what there is`);
    else if (directory !== undefined) return wrong(`one DIR at a time: ${directory} or ${word}?`);
    else directory = word;
  }
  if (directory === undefined) return wrong('DIR is missing: npm run eval -- ../shared/eval');
  return { kind: 'eval', directory, check, ...(json !== undefined && { json }) };
}

const wrong = (message: string): Request => ({ kind: 'wrong', message });
