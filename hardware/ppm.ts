/** A decoded picture: interleaved 8-bit R G B, row by row. */
export type RgbPicture = { readonly width: number; readonly height: number; readonly data: Uint8Array };

const MAX_HEADER = 64;
const MAX_SIDE = 16_384;

/**
 * Reads binary PPM pictures (P6, maxval 255) that follow each other without a gap, as ffmpeg's image2pipe writes them.
 * A picture that is cut short at the end is left out.
 * @throws Error when the bytes are no PPM.
 */
export async function* readPpm(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RgbPicture> {
  let header = '';
  let picture: { width: number; height: number; data: Uint8Array } | undefined;
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      if (!picture) {
        header += String.fromCharCode(chunk[at++]!);
        picture = parseHeader(header);
        filled = 0;
        continue;
      }
      const part = chunk.subarray(at, at + picture.data.length - filled);
      picture.data.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled === picture.data.length) {
        yield picture;
        picture = undefined;
        header = '';
      }
    }
  }
}

function parseHeader(header: string) {
  const fields = /^P6\s+(\d+)\s+(\d+)\s+255\s$/.exec(header);
  const [width, height] = [Number(fields?.[1]), Number(fields?.[2])];
  const impossible = fields && !(width * height > 0 && width <= MAX_SIDE && height <= MAX_SIDE);
  if (impossible || header.length > MAX_HEADER) {
    throw new Error(`not a picture stream: it begins with ${JSON.stringify(header)}`);
  }
  return fields ? { width, height, data: new Uint8Array(width * height * 3) } : undefined;
}
