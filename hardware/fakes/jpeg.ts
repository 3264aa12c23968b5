import sharp from 'sharp';

/** A real JPEG, noisy enough to hold stuffed bytes; pictures with other `seed`s differ. */
export async function paintJpeg(width: number, height: number, seed = 1): Promise<Uint8Array> {
  const data = new Uint8Array(width * height * 3);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 24;
  }
  return new Uint8Array(
    await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 85 })
      .toBuffer(),
  );
}

export type JpegParts = {
  readonly width: number;
  readonly height: number;
  /** Contents of APP1 segments before the frame header. */
  readonly segments: readonly Uint8Array[];
  /** Coded data before byte stuffing, one entry a restart interval. */
  readonly intervals: readonly Uint8Array[];
};

/** A JPEG by its structure alone (ITU-T T.81 annex B); no decoder would like its content. */
export function buildJpeg({ width, height, segments, intervals }: JpegParts): Uint8Array {
  const bytes = [0xff, 0xd8];
  for (const content of segments) bytes.push(0xff, 0xe1, ...pair(content.length + 2), ...content);
  bytes.push(0xff, 0xc0, 0, 11, 8, ...pair(height), ...pair(width), 1, 1, 0x11, 0);
  bytes.push(0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0);
  intervals.forEach((interval, i) => {
    if (i > 0) bytes.push(0xff, 0xd0 + ((i - 1) % 8));
    for (const byte of interval) bytes.push(...(byte === 0xff ? [0xff, 0x00] : [byte]));
  });
  bytes.push(0xff, 0xd9);
  return Uint8Array.from(bytes);
}

const pair = (value: number) => [value >> 8, value & 0xff];

export function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
