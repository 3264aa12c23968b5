import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture, shrinkPicture } from './picture.ts';

const red = { create: { width: 80, height: 40, channels: 3 as const, background: '#ff0000' } };

describe('decoding a picture', () => {
  it('gives interleaved R G B, whatever the file holds', async () => {
    for (const bytes of [
      await sharp(red).jpeg({ quality: 100 }).toBuffer(),
      await sharp(red).ensureAlpha(0.5).png().toBuffer(),
      await sharp(red).png({ palette: true }).toBuffer(),
    ]) {
      const picture = await decodePicture(bytes);
      expect([picture.width, picture.height, picture.data.length]).toEqual([80, 40, 80 * 40 * 3]);
      expect(picture.data[0]).toBeGreaterThan(250);
      expect(picture.data[1]).toBeLessThan(5);
    }
  });

  it('spreads grey over the three channels', async () => {
    const grey = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#808080' } })
      .greyscale()
      .jpeg()
      .toBuffer();
    const { data } = await decodePicture(grey);
    expect(data.length).toBe(8 * 8 * 3);
    expect(new Set(data)).toEqual(new Set([128]));
  });

  it('turns a picture upright by its EXIF tag', async () => {
    const lying = await sharp(red).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(await decodePicture(lying)).toMatchObject({ width: 40, height: 80 });
  });

  it('shrinks what is too wide, and never enlarges', async () => {
    const bytes = await sharp(red).jpeg().toBuffer();
    expect(await decodePicture(bytes, 20)).toMatchObject({ width: 20, height: 10 });
    const picture = await decodePicture(bytes, 640);
    expect(picture).toMatchObject({ width: 80, height: 40 });
    expect(await shrinkPicture(picture, 20)).toMatchObject({ width: 20, height: 10 });
    expect(await shrinkPicture(picture, 640)).toBe(picture);
  });

  it('refuses what is no picture, by code', async () => {
    const jpeg = await sharp(red).jpeg().toBuffer();
    for (const bytes of [Buffer.from('no picture'), Buffer.alloc(0), jpeg.subarray(0, 60)])
      await expect(decodePicture(bytes)).rejects.toMatchObject({ code: 'picture-unreadable' });
    const wrong = { width: 10, height: 10, data: new Uint8Array(7) };
    await expect(shrinkPicture(wrong, 5)).rejects.toMatchObject({ code: 'picture-unreadable' });
  });
});
