import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isId, newId } from './clock.ts';

describe('a new id', () => {
  it('can be told to a command as it is, whatever chance says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const id = newId({ now: Date.now, random: () => bytes });
        expect(isId(id) && id.length === 22).toBe(true);
        expect(parseArgs({ args: ['revoke', id], allowPositionals: true }).positionals).toEqual(['revoke', id]);
      }),
      { numRuns: 2000 },
    );
  });
});
