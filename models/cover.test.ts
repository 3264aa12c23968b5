import { describe, expect, it } from 'vitest';
import type { Mesh, Picture } from './contract.ts';
import { measureCover } from './cover.ts';
import { MESH_VERTICES } from './mesh.ts';

type Colour = readonly [red: number, green: number, blue: number];
const SKIN: Colour = [200, 150, 120];
const LIP: Colour = [190, 110, 110];
const EYES = [229, 230, 231, 232, 449, 450, 451, 452];
const LIPS = [0, 17, 37, 267, 84, 314, 61, 291];
const LOWER = [...LIPS, 165, 92, 167, 393, 322, 164, 18, 200, 199, 83, 313, 201, 421];

/** A face whose vertices lie on a grid, 10 pixels apart, each in a square of its own colour. */
function faceOf(colours: Readonly<Record<number, Colour>>, shift = 0): { picture: Picture; mesh: Mesh } {
  const [across, cell] = [24, 10];
  const width = across * cell;
  const height = Math.ceil(MESH_VERTICES / across) * cell;
  const data = new Uint8Array(width * height * 3);
  const points = new Float32Array(MESH_VERTICES * 3);
  for (let vertex = 0; vertex < MESH_VERTICES; vertex++) {
    const [left, top] = [(vertex % across) * cell, Math.floor(vertex / across) * cell];
    points.set([left + cell / 2 + shift, top + cell / 2, 0], vertex * 3);
    for (let y = top; y < top + cell; y++)
      for (let x = left; x < left + cell; x++) data.set(colours[vertex] ?? SKIN, (y * width + x) * 3);
  }
  return { picture: { width, height, data }, mesh: { points, presence: 1 } };
}
const painted = (vertices: readonly number[], colour: Colour) =>
  Object.fromEntries(vertices.map((vertex) => [vertex, colour]));
const cover = (colours: Readonly<Record<number, Colour>>) => {
  const { picture, mesh } = faceOf(colours);
  return measureCover(picture, mesh, 100);
};

describe('what covers a face', () => {
  it('finds nothing on a bare one: the skin under the eyes is as light as the rest, the lips are redder', () => {
    const { eyeLight, lipColour } = cover(painted(LIPS, LIP));
    expect(eyeLight).toBeCloseTo(1);
    expect(lipColour).toBeGreaterThan(0.05);
  });

  it('tells dark lenses over both eyes from a shadow on one', () => {
    const dark: Colour = [40, 38, 40];
    expect(cover(painted(EYES, dark)).eyeLight).toBeLessThan(0.35);
    expect(cover(painted(EYES.slice(0, 4), dark)).eyeLight).toBeCloseTo(1);
  });

  it.each<[string, Colour]>([
    ['blue', [150, 190, 215]],
    ['white', [225, 225, 228]],
    ['black', [35, 35, 38]],
  ])('tells a %s mask from lips', (_, colour) => {
    expect(cover(painted(LOWER, colour)).lipColour).toBeLessThan(-0.05);
  });

  it('takes pale lips in a reddish face for lips as long as they differ from the skin around them', () => {
    const [flushed, pale]: [Colour, Colour] = [
      [215, 140, 120],
      [190, 145, 130],
    ];
    const around = { ...painted([...Array(MESH_VERTICES).keys()], flushed), ...painted(LOWER, [180, 150, 130]) };
    const lips = cover({ ...around, ...painted(LIPS, pale) }).lipColour!;
    expect(lips).toBeGreaterThan(cover(around).lipColour!);
  });

  it('says nothing of colours in a grey picture', () => {
    const grey: Colour = [120, 120, 120];
    expect(cover(painted([...Array(MESH_VERTICES).keys()], grey)).lipColour).toBeCloseTo(0);
  });

  it('leaves out what it cannot see: a face beyond the edge', () => {
    const { picture, mesh } = faceOf({}, -120);
    expect(measureCover(picture, mesh, 100)).toEqual({});
  });
});
