import { describe, expect, it } from 'vitest';
import { createQuota } from './quota.ts';

describe('a quota', () => {
  it('is spent, fills again evenly, and never over its brim', () => {
    let now = 0;
    const quota = createQuota(2, 1000, () => now);
    quota.spend();
    expect(quota.has()).toBe(true);
    quota.spend();
    quota.spend();
    expect(quota.has()).toBe(false);
    now = 999;
    expect(quota.has()).toBe(false);
    now = 1000;
    expect(quota.has()).toBe(true);
    quota.spend();
    now = 1_000_000;
    quota.spend();
    quota.spend();
    expect(quota.has()).toBe(false);
  });
  it('gains nothing from a clock that was put back', () => {
    let now = 10_000;
    const quota = createQuota(1, 1000, () => now);
    quota.spend();
    now = 0;
    expect(quota.has()).toBe(false);
    now = 1000;
    expect(quota.has()).toBe(true);
  });
});
