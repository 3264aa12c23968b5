/**
 * How a six-digit code becomes a long key over a line that somebody else may sit on: CPace (draft-irtf-cfrg-cpace) in
 * the squares modulo the 3072-bit prime of RFC 3526, group 15. A plain digest of the code would be found by trying a
 * million of them; here each guess costs an answer of the kiosk, and there are three.
 * Both sides, and a till in a browser, run these lines: nothing but BigInt and Web Crypto is used.
 */

/** What both sides must see alike; a middleman's certificate has another fingerprint, and so another key comes out. */
export type PakeContext = {
  /** Id of the pairing, as the kiosk gave it. */
  readonly pairing: string;
  /** Name that the till gave itself. */
  readonly till: string;
  /** Pin of the certificate that each side sees: base64url SHA-256 of its public key (SPKI); empty without TLS. */
  readonly fingerprint: string;
};

/** One side's secret, and what it sends: 384 bytes, base64url. */
export type PakeShare = { readonly exponent: bigint; readonly share: string };

/** What comes out; each 32 bytes, base64url. The key is never sent. */
export type Agreed = { readonly tillProof: string; readonly kioskProof: string; readonly key: string };

/** Bytes of a group element. */
const SIZE = 384;
const LABEL = 'liveness-kiosk pairing v1';

/** RFC 3526, section 4: a safe prime. */
const PRIME = BigInt(
  `0x${[
    'ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74',
    '020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437',
    '4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed',
    'ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05',
    '98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb',
    '9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b',
    'e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718',
    '3995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33',
    'a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7',
    'abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864',
    'd87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e2',
    '08e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff',
  ].join('')}`,
);

/** @param random 32 bytes from a generator for keys. */
export async function makeShare(code: string, context: PakeContext, random: Uint8Array): Promise<PakeShare> {
  const base = await derive(utf8(code), `${LABEL} base\n${lines(context)}`, SIZE + 32);
  // A square, so that what is sent says nothing about the code; an even exponent, so that no answer can leave them.
  const generator = power(toInteger(base) % PRIME, 2n);
  const exponent = 2n * (toInteger(random) | (1n << 255n));
  return { exponent, share: toText(toBytes(power(generator, exponent))) };
}

/** @returns nothing when the other side's share is none. */
export async function agree(
  own: PakeShare,
  other: string,
  role: 'till' | 'kiosk',
  context: PakeContext,
): Promise<Agreed | undefined> {
  const theirs = readShare(other);
  if (theirs === undefined) return undefined;
  const secret = toBytes(power(theirs, own.exponent));
  const [till, kiosk] = role === 'till' ? [own.share, other] : [other, own.share];
  const said = [secret, fromText(till), fromText(kiosk)].flatMap((bytes) => [...bytes]);
  const out = await derive(Uint8Array.from(said), `${LABEL} keys\n${lines(context)}`, 96);
  const part = (at: number) => toText(out.slice(at, at + 32));
  return { tillProof: part(0), kioskProof: part(32), key: part(64) };
}

/** 0, 1 and p-1 would make the result known to anybody. */
function readShare(text: string): bigint | undefined {
  if (!/^[A-Za-z0-9_-]{512}$/.test(text)) return undefined;
  const value = toInteger(fromText(text));
  return value > 1n && value < PRIME - 1n ? value : undefined;
}

/** None of the three may hold a line break. */
const lines = ({ pairing, till, fingerprint }: PakeContext): string => `${pairing}\n${till}\n${fingerprint}`;

/** HKDF-SHA-256 (RFC 5869) with a salt of 32 zeros. */
async function derive(from: Uint8Array, info: string, bytes: number): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', from as BufferSource, 'HKDF', false, ['deriveBits']);
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: utf8(info) as BufferSource };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, bytes * 8));
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`);
}

function toBytes(value: bigint): Uint8Array {
  const hex = value.toString(16).padStart(SIZE * 2, '0');
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

const toText = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const fromText = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
