import { describe, expect, it } from 'vitest';
import type { StageDirection } from '../contract.ts';
import { paintPortrait } from '../fakes/portrait.ts';
import { inLight, wearGlasses } from './circumstance.ts';
import { createTwoPeople } from './company.ts';
import { createMaskAttack } from './mask.ts';
import { createPrintAttack, type PrintForm } from './print.ts';
import { createScreenAttack } from './screen.ts';
import { createPerson, type Subject, type SubjectForm } from './subject.ts';

const [width, height] = [320, 240];
const form: SubjectForm = { width, height, seed: 7, speed: 1, noise: 1.6, distance: 550 };
const portrait = paintPortrait();
const FLAT: PrintForm = { handling: 'tilted', bend: 0, bendMore: 0, wave: 0, cut: 'sheet', eyeHoles: false };
const TABLET = { width: 210, height: 150, bezel: 14, scale: 0.62, moire: 2 };

const print = (how: Partial<PrintForm>) => createPrintAttack(portrait, portrait, form, { ...FLAT, ...how });
const mask = (relief: number) => createMaskAttack(portrait, portrait, form, relief);
const screen = () => createScreenAttack(createPerson(portrait, form), form, TABLET);

/** Mean places of the blue nose tips, pixels. */
function noses(picture: Uint8Array): readonly { readonly x: number; readonly y: number }[] {
  const found: { x: number; y: number; count: number }[] = [];
  for (let i = 0; i < width * height; i++) {
    if (picture[i * 3 + 2]! - picture[i * 3]! < 100) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    const near = found.find((one) => Math.hypot(one.x / one.count - x, one.y / one.count - y) < 20);
    if (near) Object.assign(near, { x: near.x + x, y: near.y + y, count: near.count + 1 });
    else found.push({ x, y, count: 1 });
  }
  return found.filter(({ count }) => count > 5).map(({ x, y, count }) => ({ x: x / count, y: y / count }));
}

function shiftOf(subject: Subject, direction: StageDirection) {
  const [before] = noses(subject.shoot(0));
  subject.direct(direction, 0);
  const [after] = noses(subject.shoot(2000));
  return { x: after!.x - before!.x, y: after!.y - before!.y };
}

describe('attackers before the simulated camera', () => {
  it.each([
    ['shifted print', () => print({ handling: 'shifted' })],
    ['bent print', () => print({ bend: 30, bendMore: 0.5 })],
    ['waved print', () => print({ wave: 20 })],
    ['cut-out face', () => print({ cut: 'outline', bend: 30 })],
    ['print with eye holes', () => print({ eyeHoles: true })],
    ['shallow mask', () => mask(0.3)],
    ['screen', screen],
  ])('%s shows one face and never the same picture twice', (_, create) => {
    const subject = create();
    const [one, other] = [subject.shoot(0), subject.shoot(66)];
    expect(one).toHaveLength(width * height * 3);
    expect(noses(one)).toHaveLength(1);
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
  });

  it('a shifted print goes where the nose would go', () => {
    expect(shiftOf(print({ handling: 'shifted' }), 'turn-right').x).toBeLessThan(-25);
    expect(shiftOf(print({ handling: 'shifted' }), 'nod-down').y).toBeGreaterThan(15);
  });

  it('the nose of a mask goes the further, the deeper the mask', () => {
    const shift = (relief: number) => -shiftOf(mask(relief), 'turn-right').x;
    expect(shift(1)).toBeGreaterThan(shift(0.4) + 4);
    expect(shift(0.4)).toBeGreaterThan(shift(0.05) + 1);
  });

  it('a cut-out face leaves the wearer to be seen around it, a sheet hides more', () => {
    const corner = (how: Partial<PrintForm>) => {
      const picture = print(how).shoot(0);
      // Beside the face, where only the sheet's paper reaches.
      const at = (Math.round(height * 0.46) * width + Math.round(width / 2) + 62) * 3;
      return [...picture.subarray(at, at + 3)];
    };
    expect(corner({ cut: 'outline' })).not.toEqual(corner({ cut: 'sheet' }));
  });

  it('what a screen shows follows the directions, in its dark rim', () => {
    expect(shiftOf(screen(), 'turn-right').x).toBeLessThan(-5);
    const picture = screen().shoot(0);
    const dark = Array.from({ length: width * height }, (_, i) => picture[i * 3]! + picture[i * 3 + 2]!);
    expect(dark.filter((sum) => sum < 70).length).toBeGreaterThan(500);
  });

  it('two people are two', () => {
    expect(noses(createTwoPeople(portrait, portrait, form).shoot(0))).toHaveLength(2);
  });
});

describe('circumstances', () => {
  it('a window behind lights the room and not the face', () => {
    const at = (picture: Uint8Array, x: number, y: number) => picture[(Math.round(y) * width + Math.round(x)) * 3]!;
    const usual = createPerson(portrait, form).shoot(0);
    const backlit = inLight(createPerson(portrait, form), form, { face: 0.7, room: 1.4 }).shoot(0);
    expect(at(backlit, width / 2, height * 0.56)).toBeLessThan(0.8 * at(usual, width / 2, height * 0.56));
    expect(at(backlit, 4, 4)).toBeGreaterThan(1.2 * at(usual, 4, 4));
  });

  it('glasses darken the skin around the eyes and nothing else', () => {
    const worn = wearGlasses(portrait).picture.data;
    const changed = worn.reduce((sum, level, i) => sum + (level === portrait.picture.data[i] ? 0 : 1), 0) / worn.length;
    expect(changed).toBeGreaterThan(0.0005);
    expect(changed).toBeLessThan(0.05);
  });
});
