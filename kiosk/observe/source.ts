import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HardwareError } from '../../hardware/contract.ts';

/** One camera to open. */
export type SourcePart = {
  readonly config: { readonly driver: string; readonly [option: string]: unknown };
  /** Name of the picture, where the part is one. */
  readonly file?: string;
};

export type Source = {
  /** Frames come when they come: the newest wins. Otherwise the source waits. */
  readonly live: boolean;
  /** The frames do not belong together. */
  readonly independent: boolean;
  readonly parts: readonly SourcePart[];
};

const PICTURE = /\.(jpe?g|png)$/i;

/**
 * What kind of source a path is. A folder becomes one part a picture, in the natural order of the names, so that each
 * line can name its picture.
 * @throws HardwareError `source-missing`.
 */
export async function sourceOf(path: string): Promise<Source> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new HardwareError('source-missing', `there is no file, folder or camera ${path}`);
  if (found.isCharacterDevice())
    return { live: true, independent: false, parts: [{ config: { driver: 'v4l2', device: path } }] };
  if (found.isDirectory()) return { live: false, independent: true, parts: await picturesIn(path) };
  if (PICTURE.test(path)) return { live: false, independent: true, parts: [still(path)] };
  return { live: false, independent: false, parts: [{ config: { driver: 'file', path, pace: 'fast' } }] };
}

async function picturesIn(folder: string): Promise<SourcePart[]> {
  const names = (await readdir(folder)).filter((name) => PICTURE.test(name));
  if (names.length === 0)
    throw new HardwareError('source-missing', `the folder ${folder} holds no .jpg or .png picture`);
  const order = new Intl.Collator('en', { numeric: true });
  return names.sort(order.compare).map((name) => still(join(folder, name)));
}

const still = (path: string): SourcePart => ({ config: { driver: 'stills', path }, file: basename(path) });
