import { type InnerList, type Item, parseDictionary, serializeBareItem, serializeInnerList } from 'structured-headers';

/** An HTTP request, as far as a signature sees it. */
export type SignedParts = {
  readonly method: string;
  /** Absolute: scheme, authority, path, query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: Uint8Array;
};

/**
 * The text that is signed (RFC 9421 §2.5): one line a covered component, then the parameters.
 * @returns undefined when a covered component is not in the message, is named twice, or is of a kind not supported here.
 */
export function signatureBase(request: SignedParts, covered: InnerList): string | undefined {
  const lines = covered[0].map((item) => componentLine(request, item));
  if (lines.some((line) => line === undefined) || new Set(lines).size !== lines.length) return undefined;
  return [...lines, `"@signature-params": ${serializeInnerList(covered)}`].join('\n');
}

function componentLine(request: SignedParts, [name, parameters]: Item): string | undefined {
  if (typeof name !== 'string' || parameters.size > 0) return undefined;
  const value = name.startsWith('@') ? derived(request, name) : request.headers[name]?.trim();
  return value === undefined ? undefined : `${serializeBareItem(name)}: ${value}`;
}

/** RFC 9421 §2.2. */
function derived(request: SignedParts, name: string): string | undefined {
  const url = new URL(request.url);
  switch (name) {
    case '@method':
      return request.method.toUpperCase();
    case '@target-uri':
      return request.url;
    case '@authority':
      return url.host;
    case '@path':
      return url.pathname;
    case '@query':
      return url.search === '' ? '?' : url.search;
    default:
      return undefined;
  }
}

/** The covered components and the signature of one label in `Signature-Input` and `Signature` (RFC 9421 §4). */
export type RawSignature = { readonly covered: InnerList; readonly signature: Uint8Array };

/** @returns undefined when there is no such label, or the headers are not well-formed. */
export function readSignatureHeaders(headers: SignedParts['headers'], label: string): RawSignature | undefined {
  try {
    const covered = parseDictionary(headers['signature-input'] ?? '').get(label);
    const signature = parseDictionary(headers.signature ?? '').get(label)?.[0];
    if (!covered || !Array.isArray(covered[0]) || !(signature instanceof ArrayBuffer)) return undefined;
    return { covered: covered as InnerList, signature: new Uint8Array(signature) };
  } catch {
    return undefined;
  }
}
