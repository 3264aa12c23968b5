import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { breakerOptions, createBreaker, type Verdict } from './breaker.ts';

const OPTIONS = breakerOptions.parse({ calls: 4, least: 2, openMs: 60 });
const runOf = (breaker: ReturnType<typeof createBreaker>) => async (verdict: Verdict) => {
  let asked = false;
  const ran = await breaker.run(
    async () => {
      asked = true;
      return verdict;
    },
    (result) => result,
  );
  expect(asked).toBe(ran !== 'open');
  return ran === 'open' ? 'open' : ran.result;
};

describe('the breaker', () => {
  it('opens when more than half of the latest calls failed, and asks nobody then', async () => {
    const run = runOf(createBreaker(OPTIONS));
    expect([await run('failure'), await run('failure'), await run('success')]).toEqual(['failure', 'failure', 'open']);
  });

  it('stays closed while every second call fails', async () => {
    const run = runOf(createBreaker(OPTIONS));
    for (let i = 0; i < 20; i++) expect(await run(i % 2 === 0 ? 'success' : 'failure')).not.toBe('open');
  });

  it('does not count calls that were given up', async () => {
    const run = runOf(createBreaker(OPTIONS));
    for (let i = 0; i < 20; i++) expect(await run('neither')).toBe('neither');
    expect(await run('success')).toBe('success');
  });

  it('lets one call try after its time, tells the others at once, and closes when it went well', async () => {
    const breaker = createBreaker(OPTIONS);
    const run = runOf(breaker);
    await run('failure');
    await run('failure');
    await pause(80);
    let release = () => {};
    const held = new Promise<Verdict>((resolve) => {
      release = () => resolve('success');
    });
    const trial = breaker.run(
      () => held,
      (result) => result,
    );
    expect(await run('success')).toBe('open');
    release();
    expect(await trial).toEqual({ result: 'success' });
    expect(await run('success')).toBe('success');
  });

  it.each(['failure', 'neither'] as const)('stays open when the one that tries ends as %s', async (verdict) => {
    const run = runOf(createBreaker(OPTIONS));
    await run('failure');
    await run('failure');
    await pause(80);
    expect(await run(verdict)).toBe(verdict);
    expect(await run('success')).toBe('open');
  });

  it('throws on what the work throws, and goes on', async () => {
    const breaker = createBreaker(OPTIONS);
    const broken = breaker.run(
      () => Promise.reject(new Error('ours')),
      () => 'success' as const,
    );
    await expect(broken).rejects.toThrow('ours');
    expect(await runOf(breaker)('success')).toBe('success');
  });
});
