import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Detection } from './contract.ts';
import { decodeGrid, mergeOverlapping, sigmoid } from './detect.ts';

const GRID = { cells: 8, anchors: 6 };
const COUNT = 8 * 8 * 6;

const face = (x: number, y: number, side: number, score: number): Detection => ({
  box: { x, y, width: side, height: side },
  score,
  keypoints: Array.from({ length: 6 }, (_, k) => ({ x: x + k, y })),
});

describe('decoding a grid of anchors', () => {
  it('places box and points relative to the anchor, in units of the input side', () => {
    const scores = new Float32Array(COUNT).fill(-20);
    const boxes = new Float32Array(COUNT * 16);
    const anchor = (3 * 8 + 5) * 6 + 2;
    scores[anchor] = 4;
    boxes.set([12.8, -12.8, 64, 32, 1.28, 2.56], anchor * 16);
    const found = decodeGrid(GRID, scores, boxes, 128, 0.5);
    expect(found).toHaveLength(1);
    const [x, y] = [5.5 / 8, 3.5 / 8];
    expect(found[0]!.score).toBeCloseTo(sigmoid(4));
    expect(found[0]!.box.x).toBeCloseTo(x + 0.1 - 0.25);
    expect(found[0]!.box.y).toBeCloseTo(y - 0.1 - 0.125);
    expect(found[0]!.box.width).toBeCloseTo(0.5);
    expect(found[0]!.keypoints[0]!.x).toBeCloseTo(x + 0.01);
    expect(found[0]!.keypoints[0]!.y).toBeCloseTo(y + 0.02);
    expect(found[0]!.keypoints).toHaveLength(6);
  });

  it('finds nothing where every score is low or every box has no size', () => {
    expect(decodeGrid(GRID, new Float32Array(COUNT).fill(-1), new Float32Array(COUNT * 16).fill(9), 128, 0.5)).toEqual(
      [],
    );
    expect(decodeGrid(GRID, new Float32Array(COUNT).fill(9), new Float32Array(COUNT * 16), 128, 0.5)).toEqual([]);
  });

  it('turns any logit into a score between 0 and 1', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (logit) => {
        expect(sigmoid(logit)).toBeGreaterThanOrEqual(0);
        expect(sigmoid(logit)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('merging detections', () => {
  it('makes one face of those that overlap, weighted by score, and lists the largest first', () => {
    const merged = mergeOverlapping([face(0, 0, 10, 0.9), face(2, 0, 10, 0.6), face(100, 0, 30, 0.7)]);
    expect(merged.map((each) => Math.round(each.box.width))).toEqual([30, 10]);
    expect(merged[1]!.box.x).toBeCloseTo(0.8);
    expect(merged[1]!.keypoints[1]!.x).toBeCloseTo(1.8);
    expect(merged[1]!.score).toBe(0.9);
  });

  it('keeps faces apart that do not touch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), (count) => {
        const faces = Array.from({ length: count }, (_, i) => face(i * 50, 0, 20 + i, 0.5 + i / 100));
        expect(mergeOverlapping(faces)).toHaveLength(count);
      }),
    );
  });
});
