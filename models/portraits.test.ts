import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureModels } from './build.ts';
import { PORTRAITS, portraitJpeg } from './portraits.ts';

let directory = '';
beforeAll(async () => {
  directory = await ensureModels();
}, 180_000);

describe('the portraits', () => {
  it.each(Object.keys(PORTRAITS))('of %s is a JPEG of its box', async (name) => {
    const { format, width, height } = await sharp(await portraitJpeg(name, directory)).metadata();
    expect({ format, width, height }).toMatchObject({
      format: 'jpeg',
      width: PORTRAITS[name]!.box.width,
      height: PORTRAITS[name]!.box.height,
    });
  });

  it.each(['nobody', 'toString'])('there is none of %s, and the error names those there are', async (name) => {
    await expect(portraitJpeg(name, directory)).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringMatching(new RegExp(`${name}.*zhang-min`)),
    });
  });

  it('say so when the photographs were not fetched', async () => {
    await expect(portraitJpeg('zhang-min', '/nowhere')).rejects.toMatchObject({ code: 'model-missing' });
  });
});
