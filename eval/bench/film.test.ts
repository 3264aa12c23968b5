import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Film, readShot } from './film.ts';

let folder: string;
let film: Film;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liveness-film-'));
  const [rgbPath, jpegPath] = [join(folder, 'rgb'), join(folder, 'mjpeg')];
  await writeFile(
    rgbPath,
    Uint8Array.from({ length: 18 }, (_, i) => i),
  );
  await writeFile(jpegPath, Uint8Array.of(1, 2, 3, 4, 5));
  const wants = { pad: false, embedding: false };
  const frames = [
    { at: 1000, jpegStart: 0, jpegLength: 2, wants },
    { at: 1100, jpegStart: 2, jpegLength: 3, wants: { ...wants, pad: true } },
    { at: 1200, jpegStart: 0, jpegLength: 5, wants },
  ];
  film = { name: 'tiny', width: 2, height: 1, rgbPath, jpegPath, jpegWidth: 4, jpegHeight: 2, frames };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a film on disk', () => {
  it('gives each frame its own pixels, JPEG and wants', async () => {
    const shot = await readShot(film, 1);
    expect([...shot.rgb]).toEqual([6, 7, 8, 9, 10, 11]);
    expect([...shot.jpeg]).toEqual([3, 4, 5]);
    expect(shot).toMatchObject({ seq: 1, at: 1100, wants: { pad: true } });
  });

  it('begins again at its end, while time and numbers go on', async () => {
    const shot = await readShot(film, 4);
    expect([...shot.rgb]).toEqual([6, 7, 8, 9, 10, 11]);
    expect(shot).toMatchObject({ seq: 4, at: 1400 });
  });
});
