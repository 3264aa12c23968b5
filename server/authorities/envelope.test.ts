import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactTime, messageId, spacedTime } from './envelope.ts';

/** 2024-07-09 09:52:22 in China. */
const NOW = 1_720_489_942_000;

describe("a message's id", () => {
  it('is the institution, the time in China and a sequence of four digits', () => {
    expect(messageId('H11010500001', NOW, 7)).toBe('H11010500001202407090952220007');
  });

  it('has 30 characters whenever and however often it is made', () => {
    const times = fc.integer({ min: 0, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(times, fc.nat(), (now, sequence) => {
        expect(messageId('H11010500001', now, sequence)).toMatch(/^H11010500001\d{18}$/);
      }),
    );
  });
});

describe('the time of the gateway', () => {
  it("is China's, whatever this machine's is", () => {
    expect(spacedTime(NOW)).toBe('2024-07-09 09:52:22');
    expect(compactTime(NOW)).toBe('20240709095222');
  });
});
