import { describe, expect, it } from 'vitest';
import type { Answer, Authority, Person } from '../authorities/contract.ts';
import { saying } from '../testing/backend.ts';
import { askAuthorities } from './ask.ts';

const cardholder = { idNumber: 'x', name: 'y' };
const subject = { idNumber: 'z', name: 'w' };
const question = { cardholder, subject, still: new Uint8Array([1]), verification: 'v' };
const ask = (authorities: readonly Authority[], change: Partial<Parameters<typeof askAuthorities>[3]> = {}) =>
  askAuthorities(authorities, ['bank', 'police', 'insurer'], question, {
    limitMs: 200,
    signal: new AbortController().signal,
    heard: async () => undefined,
    ...change,
  });

describe('the authorities', () => {
  it('are asked side by side', async () => {
    const start = Date.now();
    await ask([saying('bank', {}, 100), saying('police', {}, 100), saying('insurer', {}, 100)]);
    expect(Date.now() - start).toBeLessThan(190);
  });
  it('are asked about who stands there (police), and about whose insurance and card it is (the others)', async () => {
    const asked: Record<string, string> = {};
    const noting = (name: 'bank' | 'police' | 'insurer'): Authority => ({
      name,
      ask: async ({ person }) => {
        asked[name] = person.idNumber;
        return { outcome: 'match', code: 'x' };
      },
    });
    await ask([noting('bank'), noting('police'), noting('insurer')]);
    expect(asked).toEqual({ bank: 'x', insurer: 'x', police: 'z' });
  });
  describe('where a guardian has consented', () => {
    const guardian = { idNumber: 'g', name: 'u' };
    const asking = { limitMs: 200, signal: new AbortController().signal, heard: async () => undefined };
    const askPolice = async (face: Partial<Answer>, identity?: Answer) => {
      const { ask } = saying('police', face);
      const police: Authority = { name: 'police', ask, ...(identity && { identify: async () => identity }) };
      return (await askAuthorities([police], ['police'], { ...question, guardian }, asking)).police;
    };
    const no = { outcome: 'mismatch', code: 'police-guardian-mismatch' };

    it('are told of the guardian by name and number, and of who stands there by face', async () => {
      const identified: string[] = [];
      const identify = async ({ idNumber }: Person): Promise<Answer> => {
        identified.push(idNumber);
        return { outcome: 'match', code: 'police-match' };
      };
      const all = [saying('bank'), { ...saying('police'), identify }, saying('insurer')];
      const answers = await askAuthorities(all, ['bank', 'police', 'insurer'], { ...question, guardian }, asking);
      expect(identified).toEqual(['g']);
      expect(answers.police).toEqual({ outcome: 'match', code: 'police-match', face: 'match' });
    });
    it('a guardian who is not who they say is a no with a code of its own, also where the face got no answer', async () => {
      for (const outcome of ['mismatch', 'not-found'] as const)
        expect(await askPolice({}, { outcome, code: 'police-x' })).toEqual(no);
      expect(await askPolice({ outcome: 'unavailable' }, { outcome: 'mismatch', code: 'police-x' })).toEqual(no);
    });
    it('a guardian about whom nothing is heard, or nothing can be asked, is never a yes', async () => {
      const silent: Answer = { outcome: 'unavailable', code: 'police-timeout' };
      expect(await askPolice({}, silent)).toEqual(silent);
      expect(await askPolice({})).toEqual({ outcome: 'unavailable', code: 'police-not-configured' });
    });
  });
  it('are not asked unless the purpose requires them', async () => {
    const all = [saying('bank'), saying('police'), saying('insurer')];
    const asking = { limitMs: 200, signal: new AbortController().signal, heard: async () => undefined };
    expect(Object.keys(await askAuthorities(all, ['police'], question, asking))).toEqual(['police']);
  });
  it('are heard as they answer', async () => {
    const order: string[] = [];
    const heard = async (name: string) => void order.push(name);
    await ask([saying('bank', {}, 80), saying('police', {}, 40), saying('insurer')], { heard });
    expect(order).toEqual(['insurer', 'police', 'bank']);
  });
  it('that throw, hang, or are missing are unavailable, and the others count', async () => {
    const throwing: Authority = { name: 'bank', ask: () => Promise.reject(new Error('bug')) };
    const hanging: Authority = { name: 'police', ask: () => new Promise(() => undefined) };
    expect(await ask([throwing, hanging])).toEqual({
      bank: { outcome: 'unavailable', code: 'bank-internal' },
      police: { outcome: 'unavailable', code: 'police-timeout' },
      insurer: { outcome: 'unavailable', code: 'insurer-not-configured' },
    });
  });
  it('that throw at once are unavailable too', async () => {
    const throwing: Authority = {
      name: 'bank',
      ask: () => {
        throw new Error('bug');
      },
    };
    expect((await ask([throwing])).bank?.code).toBe('bank-internal');
  });
  it('are told to stop when nobody waits any more', async () => {
    const told: string[] = [];
    const listening: Authority = {
      name: 'bank',
      ask: ({ signal }) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            told.push('bank');
            resolve({ outcome: 'match', code: 'too late' });
          }),
        ),
    };
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 20);
    const answers = await ask([listening, saying('police')], { limitMs: 5000, signal: abort.signal });
    expect(told).toEqual(['bank']);
    expect(answers.bank).toEqual({ outcome: 'unavailable', code: 'bank-aborted' });
  });
  it('keep their answer when the one who hears it fails', async () => {
    const heard = () => Promise.reject(new Error('database'));
    expect((await ask([saying('bank')], { heard })).bank?.outcome).toBe('match');
  });
});
