import { open } from 'node:fs/promises';

/** The costly looks that the liveness session asked for when the frame was recorded. */
export type Wants = { readonly pad: boolean; readonly embedding: boolean };

/** A film in a temporary folder: every picture decoded, and as the camera's JPEG. */
export type Film = {
  readonly name: string;
  /** The decoded pictures, R G B, one after the other; pixels. */
  readonly width: number;
  readonly height: number;
  readonly rgbPath: string;
  /** The camera's JPEGs, one after the other: a raw MJPEG film. */
  readonly jpegPath: string;
  readonly jpegWidth: number;
  readonly jpegHeight: number;
  readonly frames: readonly FilmFrame[];
};

export type FilmFrame = {
  /** Milliseconds. */
  readonly at: number;
  /** Place of the JPEG in `jpegPath`, bytes. */
  readonly jpegStart: number;
  readonly jpegLength: number;
  readonly wants: Wants;
};

/** One picture of a film, read into fresh memory. */
export type Shot = {
  readonly seq: number;
  readonly at: number;
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
  readonly jpeg: Uint8Array;
  readonly jpegWidth: number;
  readonly jpegHeight: number;
  readonly wants: Wants;
};

/** Frame `index` of the film; past its end it begins again, at later times. */
export async function readShot(film: Film, index: number): Promise<Shot> {
  const place = index % film.frames.length;
  const frame = film.frames[place]!;
  const length = film.frames.at(-1)!.at - film.frames[0]!.at;
  const gap = length / Math.max(1, film.frames.length - 1);
  const size = film.width * film.height * 3;
  return {
    seq: index,
    at: frame.at + Math.floor(index / film.frames.length) * (length + gap),
    width: film.width,
    height: film.height,
    rgb: await readPart(film.rgbPath, place * size, size),
    jpeg: await readPart(film.jpegPath, frame.jpegStart, frame.jpegLength),
    jpegWidth: film.jpegWidth,
    jpegHeight: film.jpegHeight,
    wants: frame.wants,
  };
}

async function readPart(path: string, start: number, length: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const data = new Uint8Array(length);
    await file.read(data, 0, length, start);
    return data;
  } finally {
    await file.close();
  }
}
