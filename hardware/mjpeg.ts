/** One JPEG of the stream, whole. `index` counts the lost ones too, so a gap shows a loss. */
export type JpegFrame = {
  readonly index: number;
  readonly data: Uint8Array;
  /** Pixels, from the frame header (SOF). */
  readonly width: number;
  readonly height: number;
};

export type MjpegSplitter = {
  /** Takes the next bytes, cut anywhere; gives the frames that they complete. */
  push(chunk: Uint8Array): readonly JpegFrame[];
  /** Frames that were cut short or malformed. */
  readonly broken: number;
  /** Frames above `maxBytes`. */
  readonly oversized: number;
};

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;

const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;
/** SOF0…SOF15 without DHT (C4), JPG (C8) and DAC (CC), which share their range. */
const isFrameHeader = (m: number) => m >= 0xc0 && m <= 0xcf && m !== 0xc4 && m !== 0xc8 && m !== 0xcc;

type Parse = {
  phase: 'seek' | 'markers' | 'entropy';
  /** Where the frame begins, where reading goes on, where the last segment that was stepped over begins. */
  head: number;
  at: number;
  segment: number;
  width: number;
  height: number;
};

/** What one step of reading came to; `wait` needs more bytes, `broken` and `oversized` go on looking at `parse.at`. */
type Step = 'wait' | 'go-on' | 'whole' | 'broken' | 'oversized';

/**
 * Splits a byte stream of JPEG pictures into frames by their markers (ITU-T T.81 annex B), so that a thumbnail
 * inside a segment is not taken for a frame. Skips whatever lies between frames; holds `maxBytes` and a chunk at most.
 */
export function createMjpegSplitter(maxBytes = 16 * 1024 * 1024): MjpegSplitter {
  let buffer = new Uint8Array(128 * 1024);
  let length = 0;
  const lost = { broken: 0, oversized: 0 };
  let emitted = 0;
  const parse: Parse = { phase: 'seek', head: 0, at: 0, segment: 0, width: 0, height: 0 };

  const append = (chunk: Uint8Array) => {
    if (length + chunk.length > buffer.length) {
      const grown = new Uint8Array(Math.max(buffer.length * 2, length + chunk.length));
      grown.set(buffer.subarray(0, length));
      buffer = grown;
    }
    buffer.set(chunk, length);
    length += chunk.length;
  };

  const discardRead = () => {
    const keep = parse.phase === 'seek' ? parse.at : parse.head;
    buffer.copyWithin(0, keep, length);
    length -= keep;
    parse.head -= keep;
    parse.at -= keep;
    parse.segment -= keep;
  };

  return {
    get broken() {
      return lost.broken;
    },
    get oversized() {
      return lost.oversized;
    },
    push(chunk) {
      append(chunk);
      const frames: JpegFrame[] = [];
      for (;;) {
        const step = readOn(buffer, length, parse, maxBytes);
        if (step === 'wait') break;
        if (step === 'go-on') continue;
        if (step === 'whole') {
          const index = emitted++ + lost.broken + lost.oversized;
          const data = buffer.slice(parse.head, parse.at);
          frames.push({ index, data, width: parse.width, height: parse.height });
        } else lost[step]++;
        parse.phase = 'seek';
      }
      discardRead();
      return frames;
    },
  };
}

function readOn(bytes: Uint8Array, length: number, parse: Parse, max: number): Step {
  if (parse.phase === 'seek') return seek(bytes, length, parse);
  if (parse.phase === 'markers') return readMarker(bytes, length, parse, max);
  return readEntropy(bytes, length, parse, max);
}

function findByteFF(bytes: Uint8Array, length: number, from: number): number {
  const found = bytes.indexOf(0xff, from);
  return found < 0 || found >= length ? length : found;
}

function seek(bytes: Uint8Array, length: number, parse: Parse): Step {
  for (;;) {
    const start = findByteFF(bytes, length, parse.at);
    parse.at = start;
    if (start + 3 > length) return 'wait';
    if (bytes[start + 1] === SOI && bytes[start + 2] === 0xff) break;
    parse.at = start + 1;
  }
  Object.assign(parse, {
    phase: 'markers',
    head: parse.at,
    at: parse.at + 2,
    segment: parse.at + 2,
    width: 0,
    height: 0,
  });
  return 'go-on';
}

/** A cut-off frame's last segment may have swallowed the start of the next: look again from that segment on. */
function giveUp(parse: Parse): Step {
  parse.at = parse.segment;
  return 'broken';
}

function readMarker(bytes: Uint8Array, length: number, parse: Parse, max: number): Step {
  if (parse.at + 2 > length) return 'wait';
  const marker = bytes[parse.at + 1]!;
  if (bytes[parse.at] !== 0xff || marker === 0x00) return giveUp(parse);
  if (marker === SOI) return 'broken';
  if (marker === EOI) {
    parse.at += 2;
    if (parse.width === 0 || parse.height === 0) return 'broken';
    return parse.at - parse.head > max ? 'oversized' : 'whole';
  }
  // Fill bytes, restart markers and TEM have no length.
  const bare = marker === 0xff ? 1 : isRestart(marker) || marker === 0x01 ? 2 : 0;
  if (bare > 0) {
    parse.at += bare;
    return parse.at - parse.head > max ? 'oversized' : 'go-on';
  }
  return stepOverSegment(bytes, length, parse, max, marker);
}

function stepOverSegment(bytes: Uint8Array, length: number, parse: Parse, max: number, marker: number): Step {
  if (parse.at + 4 > length) return 'wait';
  const size = word(bytes, parse.at + 2);
  if (size < 2) return giveUp(parse);
  const end = parse.at + 2 + size;
  if (end - parse.head > max) return 'oversized';
  if (end > length) return 'wait';
  if (isFrameHeader(marker) && size >= 8) {
    parse.height = word(bytes, parse.at + 5);
    parse.width = word(bytes, parse.at + 7);
  }
  parse.segment = parse.at;
  parse.at = end;
  if (marker === SOS) parse.phase = 'entropy';
  return 'go-on';
}

const word = (bytes: Uint8Array, at: number) => (bytes[at]! << 8) | bytes[at + 1]!;

/** Coded data: a byte FF in it is followed by 00 or is a restart marker; anything else ends it. */
function readEntropy(bytes: Uint8Array, length: number, parse: Parse, max: number): Step {
  for (;;) {
    const next = findByteFF(bytes, length, parse.at);
    if (next - parse.head > max) {
      parse.at = parse.head + max;
      return 'oversized';
    }
    parse.at = next;
    if (next + 2 > length) return 'wait';
    const after = bytes[next + 1]!;
    if (after !== 0x00 && after !== 0xff && !isRestart(after)) {
      parse.phase = 'markers';
      return 'go-on';
    }
    parse.at += after === 0xff ? 1 : 2;
  }
}
