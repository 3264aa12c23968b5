import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paintPortrait } from '../fakes/portrait.ts';
import { paintBackdrop } from './backdrop.ts';
import { buildHead, poseHead } from './head.ts';
import { placePortrait } from './optics.ts';
import type { Placement } from './placement.ts';
import { type Canvas, createTexture, drawSurface } from './raster.ts';

const [width, height] = [240, 180];
const portrait = paintPortrait();
const optics = placePortrait(portrait, width, height, 550);
const head = buildHead(portrait, optics, 1);
const room = paintBackdrop(portrait.picture, optics, 30, 1);
const texture = createTexture(room);
const upright: Placement = { yaw: 0, pitch: 0, roll: 0, x: 0, y: 0, z: 0 };

function draw(placement: Placement): Canvas {
  const depth = new Float32Array(width * height).fill(Number.POSITIVE_INFINITY);
  const canvas: Canvas = { width, height, data: new Uint8Array(width * height * 3), depth };
  drawSurface(canvas, poseHead(head, placement, new Float32Array(head.rest.length)), texture);
  return canvas;
}

const covered = ({ depth }: Canvas) => depth.reduce((count, each) => count + (Number.isFinite(each) ? 1 : 0), 0);

describe('a head', () => {
  it('at rest shows the very picture that it is made of', () => {
    const { data, depth } = draw(upright);
    expect(covered(draw(upright))).toBeGreaterThan(width * height * 0.3);
    for (let i = 0; i < data.length; i++) {
      if (Number.isFinite(depth[Math.floor(i / 3)]!)) expect(Math.abs(data[i]! - room.data[i]!)).toBeLessThanOrEqual(3);
    }
  });

  it('shows no hole, however it is turned: its outline stays in the room', () => {
    const whole = draw(upright);
    const angle = (most: number) => fc.double({ min: -most, max: most, noNaN: true });
    const turned = fc.record({
      ...{ yaw: angle(35), pitch: angle(30), roll: angle(10) },
      ...{ x: angle(10), y: angle(10), z: angle(10) },
    });
    fc.assert(
      fc.property(turned, (placement) => {
        const { depth } = draw(placement);
        expect(whole.depth.some((each, i) => Number.isFinite(each) && !Number.isFinite(depth[i]!))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('turns its nose to the picture’s left for a yaw above 0, and up for a pitch above 0', () => {
    const nose = (placement: Placement) => poseHead(head, placement, new Float32Array(head.rest.length)).vertices;
    const [x, y] = [nose(upright)[3]!, nose(upright)[4]!];
    expect(nose({ ...upright, yaw: 20 })[3]).toBeLessThan(x - 8);
    expect(nose({ ...upright, pitch: 20 })[4]).toBeLessThan(y - 8);
  });
});
