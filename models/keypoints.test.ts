import { describe, expect, it } from 'vitest';
import { KEY, KEY_VERTICES } from './keypoints.ts';

describe('the key vertices', () => {
  it('are about sixty different vertices of the mesh', () => {
    expect(KEY_VERTICES.length).toBeGreaterThanOrEqual(55);
    expect(new Set(KEY_VERTICES).size).toBe(KEY_VERTICES.length);
    expect(KEY_VERTICES.every((vertex) => Number.isInteger(vertex) && vertex >= 0 && vertex < 468)).toBe(true);
  });

  it('are found by name', () => {
    expect(KEY_VERTICES[KEY.noseTip]).toBe(1);
    expect(KEY_VERTICES[KEY.rightEyeOuter]).toBe(33);
    expect(KEY_VERTICES[KEY.leftEyeOuter]).toBe(263);
    expect(KEY_VERTICES[KEY.chin]).toBe(152);
    expect(KEY_VERTICES[KEY.rightForeheadEdge]).toBe(67);
  });
});
