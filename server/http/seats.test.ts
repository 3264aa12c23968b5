import { describe, expect, it } from 'vitest';
import { createSeats } from './seats.ts';

describe('seats', () => {
  it('are taken up to the limit of each owner, and free again once left, however often', () => {
    const seats = createSeats(2);
    const first = seats.take('a')!;
    expect(seats.take('a')).toBeTypeOf('function');
    expect(seats.take('a')).toBeUndefined();
    expect(seats.take('b')).toBeTypeOf('function');
    first();
    first();
    expect(seats.take('a')).toBeTypeOf('function');
    expect(seats.take('a')).toBeUndefined();
  });
});
