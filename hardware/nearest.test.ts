import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

describe('the nearest valid word', () => {
  it('finds what was meant behind a slip of the keyboard', () => {
    expect(nearest('pahts', ['path', 'pace', 'loop'])).toBe('path');
    expect(nearest('Devcie', ['device', 'width'])).toBe('device');
    expect(nearest('v4l', ['v4l2', 'file', 'stills'])).toBe('v4l2');
  });

  it('stays silent when nothing is near', () => {
    expect(nearest('temperature', ['path', 'fps'])).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });

  it('counts one edit for an insertion, a deletion, a substitution and a swap', () => {
    expect(['path', 'apath', 'pth', 'pxth', 'apth'].map((word) => editDistance(word, 'path'))).toEqual([0, 1, 1, 1, 1]);
  });

  it('measures the same both ways, and zero only between equal words', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
