import sharp, { type Sharp } from 'sharp';
import { ModelError, type Picture } from './contract.ts';

/**
 * Decodes a JPEG or PNG file's bytes, turned upright by its EXIF tag, shrunk to at most `maxWidth` pixels.
 * @throws ModelError `picture-unreadable`.
 */
export async function decodePicture(bytes: Uint8Array, maxWidth?: number): Promise<Picture> {
  try {
    return await render(sharp(bytes, { failOn: 'error', limitInputPixels: 64_000_000 }).autoOrient(), maxWidth);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError('picture-unreadable', `a picture of ${bytes.length} bytes cannot be decoded: ${why}`, {
      cause,
    });
  }
}

/**
 * The same picture, shrunk to at most `maxWidth` pixels.
 * @throws ModelError `picture-unreadable` when the bytes are not `width * height * 3`.
 */
export async function shrinkPicture(picture: Picture, maxWidth: number): Promise<Picture> {
  const { width, height, data } = picture;
  if (data.length !== width * height * 3 || data.length === 0)
    throw new ModelError('picture-unreadable', `${data.length} bytes are not a picture of ${width} × ${height}`);
  if (width <= maxWidth) return picture;
  return render(sharp(data, { raw: { width, height, channels: 3 } }), maxWidth);
}

async function render(image: Sharp, maxWidth: number | undefined): Promise<Picture> {
  if (maxWidth) image.resize({ width: maxWidth, withoutEnlargement: true, kernel: 'linear' });
  const { data, info } = await image
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: info.channels === 3 ? data : spread(data, info.channels) };
}

/** A grey picture (one channel) as R G B. */
function spread(data: Uint8Array, channels: number): Uint8Array {
  const pixels = data.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) rgb.fill(data[i * channels]!, i * 3, i * 3 + 3);
  return rgb;
}
