import sharp from 'sharp';
import { modelsDirectory, verifyModel } from './build.ts';
import { type Box, ModelError } from './contract.ts';

/** One person cut out of a sample photograph. */
export type PortraitSource = {
  /** Id of the photograph in the manifest. */
  readonly photo: string;
  /** The part that shows this person and no other face, pixels of the photograph. */
  readonly box: Box;
  /** Lightens a person who sat in the dark: factor of the lightness, 1 leaves it. */
  readonly brightness: number;
};

/**
 * The sandbox people's faces: near-frontal, forehead to chin at least 200 pixels. They stand before the simulated
 * camera, and the sandbox registers hold the same pictures: a good match here says nothing about accuracy.
 */
export const PORTRAITS: Readonly<Record<string, PortraitSource>> = {
  'zhang-min': { photo: 'photo-5', box: { x: 180, y: 800, width: 560, height: 598 }, brightness: 1.9 },
  'li-na': { photo: 'photo-6', box: { x: 80, y: 340, width: 520, height: 620 }, brightness: 1 },
  'wang-fang': { photo: 'photo-6', box: { x: 1440, y: 120, width: 440, height: 560 }, brightness: 1 },
  'chen-jing': { photo: 'photo-3', box: { x: 380, y: 190, width: 560, height: 620 }, brightness: 1 },
};

/**
 * The picture of one of `PORTRAITS`, as a register would hold it.
 * @throws ModelError `model-missing` for a name that is not in the table or a photograph that was not fetched.
 */
export async function portraitJpeg(name: string, directory = modelsDirectory()): Promise<Uint8Array> {
  const source = Object.hasOwn(PORTRAITS, name) ? PORTRAITS[name] : undefined;
  if (!source) {
    const names = Object.keys(PORTRAITS).join(', ');
    throw new ModelError('model-missing', `there is no portrait ${name}; there are: ${names}`);
  }
  const { x, y, width, height } = source.box;
  const cut = sharp(await verifyModel(directory, source.photo)).extract({ left: x, top: y, width, height });
  if (source.brightness !== 1) cut.modulate({ brightness: source.brightness });
  return new Uint8Array(await cut.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer());
}
