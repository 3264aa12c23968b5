import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StageDirection } from '../contract.ts';
import { paintPortrait } from '../fakes/portrait.ts';
import { createPerson, createPhotoAttack, type Subject, type SubjectForm } from './subject.ts';

const [width, height] = [320, 240];
const form: SubjectForm = { width, height, seed: 7, speed: 1, noise: 1.6, distance: 550 };
const portrait = paintPortrait();
const digest = (picture: Uint8Array) => createHash('sha256').update(picture).digest('hex');

/** Where the blue nose tip is seen. */
function findNose(picture: Uint8Array): { readonly x: number; readonly y: number } {
  let [count, x, y] = [0, 0, 0];
  for (let i = 0; i < width * height; i++) {
    if (picture[i * 3 + 2]! - picture[i * 3]! < 100) continue;
    count++;
    x += i % width;
    y += Math.floor(i / width);
  }
  expect(count).toBeGreaterThan(5);
  return { x: x / count, y: y / count };
}

/** How far the nose has gone, two seconds after a direction, in pixels of the picture. */
function noseShift(subject: Subject, direction: StageDirection) {
  const before = findNose(subject.shoot(0));
  subject.direct(direction, 0);
  const after = findNose(subject.shoot(2000));
  return { x: after.x - before.x, y: after.y - before.y };
}

describe.each([
  ['person', createPerson],
  ['photo attack', createPhotoAttack],
] as const)('every %s', (_, create) => {
  it('gives a new picture each time, of the size asked for', () => {
    const subject = create(portrait, form);
    const digests = new Set(Array.from({ length: 150 }, (_, i) => digest(subject.shoot(i * 66))));
    expect(digests.size).toBe(150);
    expect(subject.shoot(10_000)).toHaveLength(width * height * 3);
  });

  it('is the same for the same seed and script, and another for another seed', () => {
    const film = (seed: number) => {
      const subject = create(portrait, { ...form, seed });
      subject.direct('turn-left', 100);
      return Array.from({ length: 20 }, (_, i) => digest(subject.shoot(i * 100)));
    };
    expect(film(7)).toEqual(film(7));
    expect(film(8)).not.toEqual(film(7));
  });

  it('hands out pictures that later ones do not change', () => {
    const subject = create(portrait, form);
    const first = subject.shoot(0);
    const before = digest(first);
    subject.shoot(500);
    expect(digest(first)).toBe(before);
  });
});

describe('the person', () => {
  const turns = [
    ['turn-left', 'x', 1],
    ['turn-right', 'x', -1],
    ['nod-down', 'y', 1],
    ['nod-up', 'y', -1],
  ] as const;
  it.each(turns)('told to %s moves the nose along %s, sign %i', (direction, axis, sign) => {
    const shift = noseShift(createPerson(portrait, form), direction);
    expect(shift[axis] * sign).toBeGreaterThan(11);
    expect(Math.abs(shift[axis === 'x' ? 'y' : 'x'])).toBeLessThan(6);
  });

  it('stands in the middle of the picture, a little above its centre', () => {
    const { x, y } = findNose(createPerson(portrait, form).shoot(0));
    expect(Math.abs(x - width / 2)).toBeLessThan(6);
    expect(Math.abs(y - height * 0.46)).toBeLessThan(6);
  });

  it('moves the head and leaves the room alone', () => {
    const subject = createPerson(portrait, form);
    const before = subject.shoot(0);
    subject.direct('turn-right', 0);
    const after = subject.shoot(2000);
    const changed = (from: number, to: number) => {
      let sum = 0;
      for (let y = 0; y < height; y++) {
        for (let x = from; x < to; x++) sum += Math.abs(after[(y * width + x) * 3]! - before[(y * width + x) * 3]!);
      }
      return sum / ((to - from) * height);
    };
    expect(changed(width / 2 - 40, width / 2 + 40)).toBeGreaterThan(8);
    // Two pictures' grain of deviation 1.6 differs by 1.8 in the mean.
    expect(changed(0, 30)).toBeLessThan(2.2);
    expect(changed(width - 30, width)).toBeLessThan(2.2);
  });

  it('takes well under half of one core at 15 pictures a second, 640 × 480', () => {
    const subject = createPerson(portrait, { ...form, width: 640, height: 480 });
    subject.direct('turn-left', 0);
    const times = Array.from({ length: 45 }, (_, i) => {
      const began = performance.now();
      subject.shoot(i * 66);
      return performance.now() - began;
    }).sort((a, b) => a - b);
    expect(times[22]).toBeLessThan(25);
  });
});
