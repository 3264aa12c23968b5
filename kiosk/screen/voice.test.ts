import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createVoice, type Speak } from './voice.ts';

/** A loudspeaker that writes down what it was told, and ends when the test says so. */
function loudspeaker() {
  const said: { args: readonly string[]; text: string; child: EventEmitter; killed: boolean }[] = [];
  const probes: EventEmitter[] = [];
  const speak: Speak = (args, text) => {
    if (args[0] === '--version') return probe();
    const one = { args, text, child: new EventEmitter(), killed: false };
    said.push(one);
    const kill = () => {
      one.killed = true;
      return true;
    };
    return Object.assign(one.child, { kill }) as unknown as ReturnType<Speak>;
  };
  const probe = () => {
    const child = new EventEmitter();
    probes.push(child);
    return child as unknown as ReturnType<Speak>;
  };
  return { said, probes, speak };
}

describe('the loudspeaker', () => {
  it('says a sentence in its language, as text and never as part of a command', () => {
    const { said, speak } = loudspeaker();
    const voice = createVoice('auto', () => undefined, speak);
    expect(voice.say('zh-CN', '请低头; rm -rf /')).toBe(true);
    expect(voice.say('en', '--help')).toBe(true);
    expect(said.map(({ args, text }) => [args.slice(0, 2).join(' '), args.includes(text)])).toEqual([
      ['-v cmn', false],
      ['-v en', false],
    ]);
  });

  it('ends a sentence when another one begins, and when it is stopped', () => {
    const { said, speak } = loudspeaker();
    const voice = createVoice('loudspeaker', () => undefined, speak);
    voice.say('zh-CN', '一');
    voice.say('zh-CN', '二');
    expect(said.map(({ killed }) => killed)).toEqual([true, false]);
    voice.stop();
    expect(said[1]!.killed).toBe(true);
  });

  it('does not stop the next sentence because the one before has ended', () => {
    const { said, speak } = loudspeaker();
    const voice = createVoice('auto', () => undefined, speak);
    voice.say('zh-CN', '一');
    voice.say('zh-CN', '二');
    said[0]!.child.emit('close');
    voice.stop();
    expect(said[1]!.killed).toBe(true);
  });

  it('is off from the first failure on, and says once what would mend it', () => {
    const { said, speak } = loudspeaker();
    const why: string[] = [];
    const voice = createVoice('auto', (line) => why.push(line), speak);
    voice.say('zh-CN', '一');
    said[0]!.child.emit('error', new Error('spawn espeak-ng ENOENT'));
    expect(voice.isAble()).toBe(false);
    expect(voice.say('zh-CN', '二')).toBe(false);
    expect([said.length, why.length]).toEqual([1, 1]);
    expect(why[0]).toMatch(/apt-get install espeak-ng/);
  });

  it('is off from the start where there is no such program', () => {
    const { said, probes, speak } = loudspeaker();
    const why: string[] = [];
    const voice = createVoice('auto', (line) => why.push(line), speak);
    probes[0]!.emit('error', new Error('spawn espeak-ng ENOENT'));
    expect([voice.say('zh-CN', '一'), said.length, why.length]).toEqual([false, 0, 1]);
  });

  it.each(['off', 'browser'] as const)('stays silent when it is set to %s', (mode) => {
    const { said, speak } = loudspeaker();
    expect(createVoice(mode, () => undefined, speak).say('zh-CN', '一')).toBe(false);
    expect(said).toEqual([]);
  });

  it('that is missing on this machine disturbs nobody', async () => {
    const why: string[] = [];
    const voice = createVoice('auto', (line) => why.push(line));
    voice.say('zh-CN', '一');
    await new Promise((resolve) => setTimeout(resolve, 300));
    // With espeak-ng it speaks, without it it says why not; either way nothing was thrown.
    expect(why.length).toBe(voice.isAble() ? 0 : 1);
    voice.stop();
  });
});
