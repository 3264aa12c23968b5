export type StrictJson = { readonly json: unknown } | { readonly fault: 'malformed' | 'duplicate-keys' | 'too-deep' };

/** No authority's answer nests deeper than ten levels. */
export const MAX_DEPTH = 32;

/**
 * JSON without its two ambiguities: an object that names a key twice (`{"Result":"-1","Result":"0"}`: which one counts
 * depends on the reader, RFC 8259 §4) is refused, and so is nesting that only an attacker would write.
 */
export function parseStrict(text: string): StrictJson {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { fault: 'malformed' };
  }
  const fault = findFlaw(text);
  return fault === undefined ? { json } : { fault };
}

/** Walks over text that is known to be JSON: there, a string before a colon is a key, and nothing else is. */
function findFlaw(text: string): 'duplicate-keys' | 'too-deep' | undefined {
  const open: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (letter === '{' || letter === '[') {
      if (open.push(new Set()) > MAX_DEPTH) return 'too-deep';
    } else if (letter === '}' || letter === ']') {
      open.pop();
    } else if (letter === '"') {
      const end = endOfString(text, i);
      if (isBeforeColon(text, end + 1)) {
        // Parsed, because "a" and "\u0061" are the same key.
        const key: string = JSON.parse(text.slice(i, end + 1));
        const keys = open.at(-1);
        if (keys?.has(key)) return 'duplicate-keys';
        keys?.add(key);
      }
      i = end;
    }
  }
  return undefined;
}

/** Where the closing quote of the string stands that opens at `start`. */
function endOfString(text: string, start: number): number {
  let end = start + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}

function isBeforeColon(text: string, from: number): boolean {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return text[at] === ':';
}
