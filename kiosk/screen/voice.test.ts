import { describe, expect, it } from 'vitest';
import { createVoice, type Speak, type SpeechEnd } from './voice.ts';

const NO_PROGRAM: SpeechEnd = { kind: 'silent', why: 'spawn espeak-ng ENOENT: apt-get install espeak-ng' };
const SAID: SpeechEnd = { kind: 'said' };

/** A loudspeaker that writes down what it was told, and ends when the test says so. */
function loudspeaker() {
  type Said = { args: readonly string[]; text: string; stopped: boolean; end: (how: SpeechEnd) => Promise<void> };
  const said: Said[] = [];
  const checks: Said[] = [];
  const speak: Speak = (args, text) => {
    const { promise, resolve } = Promise.withResolvers<SpeechEnd>();
    const end = async (how: SpeechEnd) => {
      resolve(how);
      await new Promise((heard) => setImmediate(heard));
    };
    const one: Said = { args, text, stopped: false, end };
    (args.includes('-a') ? checks : said).push(one);
    const stop = () => {
      one.stopped = true;
      resolve({ kind: 'stopped' });
    };
    return { stop, ended: promise };
  };
  return { said, checks, speak };
}

describe('the loudspeaker', () => {
  it('says a sentence in its language, as text and never as part of a command', () => {
    const { said, speak } = loudspeaker();
    const voice = createVoice('auto', () => undefined, speak);
    expect(voice.say('zh-CN', '请低头; rm -rf /')).toBe(true);
    expect(voice.say('en', '--help')).toBe(true);
    expect(said.map(({ args, text }) => [args.slice(0, 2).join(' '), args.includes(text)])).toEqual([
      ['-v cmn-latn-pinyin', false],
      ['-v en', false],
    ]);
  });

  it('ends a sentence when another one begins, and when it is stopped', () => {
    const { said, speak } = loudspeaker();
    const voice = createVoice('loudspeaker', () => undefined, speak);
    voice.say('zh-CN', '一');
    voice.say('zh-CN', '二');
    expect(said.map(({ stopped }) => stopped)).toEqual([true, false]);
    voice.stop();
    expect(said[1]!.stopped).toBe(true);
  });

  it('does not stop the next sentence because the one before has ended', async () => {
    const { said, speak } = loudspeaker();
    const voice = createVoice('auto', () => undefined, speak);
    voice.say('zh-CN', '一');
    voice.say('zh-CN', '二');
    await said[0]!.end(SAID);
    voice.stop();
    expect(said[1]!.stopped).toBe(true);
  });

  it('is off from the first failure on, and says once what would mend it', async () => {
    const { said, speak } = loudspeaker();
    const why: string[] = [];
    const voice = createVoice('auto', (line) => why.push(line), speak);
    voice.say('zh-CN', '一');
    await said[0]!.end(NO_PROGRAM);
    for (let turn = 0; turn < 3; turn++) expect([voice.isAble(), voice.say('zh-CN', '二')]).toEqual([false, false]);
    expect([said.length, why.length]).toEqual([1, 1]);
    expect(why[0]).toMatch(/apt-get install espeak-ng/);
  });

  it('is off from the start where nothing can be heard', async () => {
    const { said, checks, speak } = loudspeaker();
    const why: string[] = [];
    const voice = createVoice('auto', (line) => why.push(line), speak);
    await checks[0]!.end(NO_PROGRAM);
    expect([voice.say('zh-CN', '一'), said.length, why.length]).toEqual([false, 0, 1]);
  });

  it('that was silent is tried again when it is asked for, one try at a time, and speaks once it is heard', async () => {
    const { checks, speak } = loudspeaker();
    const why: string[] = [];
    const voice = createVoice('auto', (line) => why.push(line), speak);
    await checks[0]!.end(NO_PROGRAM);
    for (let turn = 0; turn < 3; turn++) expect(voice.isAble()).toBe(false);
    expect(checks.length).toBe(2);
    await checks[1]!.end(NO_PROGRAM);
    expect(voice.isAble()).toBe(false);
    await checks[2]!.end(SAID);
    expect([voice.isAble(), voice.say('zh-CN', '一'), checks.length, why.length]).toEqual([true, true, 3, 1]);
  });

  it.each(['off', 'browser'] as const)('stays silent when it is set to %s, and runs nothing', (mode) => {
    const { said, checks, speak } = loudspeaker();
    const voice = createVoice(mode, () => undefined, speak);
    expect([voice.isAble(), voice.say('zh-CN', '一')]).toEqual([false, false]);
    expect([said, checks]).toEqual([[], []]);
  });
});
