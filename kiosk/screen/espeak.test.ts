import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { WORDS } from '../pages/design/words/index.ts';
import { createVoice, type Speak, type SpeechEnd, speakBy, type VoiceLanguage } from './voice.ts';

const hasEspeak = spawnSync('espeak-ng', ['--version']).status === 0;
const LANGUAGES = ['zh-CN', 'en'] as const;
const folder = mkdtempSync(join(tmpdir(), 'voice-'));
let files = 0;
const fresh = (ending: string) => join(folder, `${++files}.${ending}`);

/** Everything that the screen can say, with values as they may be. */
function promptsOf(language: VoiceLanguage): string[] {
  const { screen, hints, hintsAgain, challenges, challengesAgain, reasons } = WORDS[language];
  const leaves = (words: object): string[] =>
    Object.values(words).flatMap((word: object | string) => (typeof word === 'string' ? [word] : leaves(word)));
  return leaves({ screen, hints, hintsAgain, challenges, challengesAgain, reasons }).map((text) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'till' ? '一号' : '3')),
  );
}

/** The arguments and the text with which the kiosk would say this. */
function commandOf(language: VoiceLanguage, text: string): { args: readonly string[]; text: string } {
  const begun: { args: readonly string[]; text: string }[] = [];
  const speak: Speak = (args, said) => {
    begun.push({ args, text: said });
    return { stop: () => undefined, ended: new Promise(() => undefined) };
  };
  createVoice('loudspeaker', () => undefined, speak).say(language, text);
  return begun.at(-1)!;
}

/** What is heard of it: length, and peak as a share of the loudest possible. */
async function listenTo(language: VoiceLanguage, text: string) {
  const wav = fresh('wav');
  const command = commandOf(language, text);
  const end = await speakBy(process.env, ['-w', wav])(command.args, command.text).ended;
  const bytes = readFileSync(wav);
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset + 44, (bytes.length - 44) >> 1);
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) / 32_768;
  return { text, end, ms: (samples.length / bytes.readUInt32LE(24)) * 1000, peak };
}

/** The sounds that it makes of it, in its own signs. */
function soundsOf(language: VoiceLanguage, text: string): string {
  const { args } = commandOf(language, text);
  return execFileSync('espeak-ng', ['-q', '-x', ...args], { input: text, encoding: 'utf8' });
}

/** ALSA's own configuration, so that it is the same with and without a sound card. */
function alsa(device: string): NodeJS.ProcessEnv {
  const file = fresh('conf');
  writeFileSync(file, `pcm.!default { ${device} }\n`);
  return { ...process.env, ALSA_CONFIG_PATH: file, PULSE_SERVER: '/nowhere' };
}

/** A loudspeaker that plays as fast as the test listens. */
function openLoudspeaker() {
  const path = fresh('fifo');
  execFileSync('mkfifo', [path]);
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const buffer = Buffer.alloc(65_536);
  const read = (): number => {
    try {
      return readSync(pipe, buffer);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  };
  return {
    env: alsa(`type plug slave.pcm { type file format raw file "${path}" slave.pcm { type null } }`),
    async begins(): Promise<void> {
      while (read() === 0) await sleep(5);
    },
    /** @returns milliseconds of sound (22 050 Hz, 16 bit) until it ended. */
    async drain(ended: Promise<SpeechEnd>): Promise<number> {
      let bytes = 0;
      let over = false;
      void ended.then(() => {
        over = true;
      });
      while (!over) {
        const got = read();
        bytes += got;
        if (got === 0) await sleep(5);
      }
      for (let got = read(); got > 0; got = read()) bytes += got;
      return bytes / 44.1;
    },
    close: () => closeSync(pipe),
  };
}

/** A voice of which every sentence can be waited for. */
function openVoice(env: NodeJS.ProcessEnv) {
  const ends: Promise<SpeechEnd>[] = [];
  const why: string[] = [];
  const speak = speakBy(env);
  const voice = createVoice(
    'auto',
    (line) => why.push(line),
    (args, text) => {
      const begun = speak(args, text);
      ends.push(begun.ended);
      return begun;
    },
  );
  return { voice, ends, why };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasEspeak)('the voice of espeak-ng (needs espeak-ng: apt-get install espeak-ng)', () => {
  it.each(LANGUAGES)(
    'says every prompt of the screen loud enough and in a sensible time: %s',
    async (language) => {
      const prompts = promptsOf(language);
      expect(prompts.length).toBeGreaterThan(100);
      const heard = await Promise.all(prompts.map((text) => listenTo(language, text)));
      const [least, most] = language === 'en' ? [35, 200] : [150, 450];
      const wrong = heard.filter(({ text, end, ms, peak }) => {
        const spoken = text.match(/[\p{L}\p{N}]/gu)!.length;
        return end.kind !== 'said' || peak < 0.2 || ms < least * spoken || ms > 1000 + most * spoken;
      });
      expect(wrong).toEqual([]);
    },
    120_000,
  );

  it('says Chinese as Chinese: no sound of another language, and a tone for all but a few characters', () => {
    const all = promptsOf('zh-CN').join('\n');
    const sounds = soundsOf('zh-CN', all);
    expect(sounds).not.toMatch(/\([a-z-]+\)/);
    // Some run into the one before them.
    expect(sounds.match(/\d+/g)!.length).toBeGreaterThan(0.95 * all.match(/\p{Script=Han}/gu)!.length);
    expect(soundsOf('zh-CN', '请')).toContain("tS;h'i");
  });

  it.each([
    ['an option', '--version'],
    ['a file to write', `-w ${join(folder, 'written')}`],
    ['SSML', '<speak><audio src="https://example.com/x"/>please nod</speak>'],
    [
      'signs of a shell',
      `$(touch ${join(folder, 'written')}); \`id\` && please nod > ${join(folder, 'written')} | cat`,
    ],
    ['phonemes', '[[pl]] nod'],
  ])('takes what looks like %s for text', async (_, text) => {
    const { end, ms, peak } = await listenTo('en', text);
    expect([end.kind, ms > 500, peak > 0.2]).toEqual(['said', true, true]);
    expect(existsSync(join(folder, 'written'))).toBe(false);
  });

  it('is heard on the loudspeaker, and stops in the middle of a sentence when the next one comes', async () => {
    const loudspeaker = openLoudspeaker();
    const { voice, ends, why } = openVoice(loudspeaker.env);
    await loudspeaker.drain(ends[0]!);
    expect(voice.isAble()).toBe(true);
    voice.say('zh-CN', '请正对屏幕，取下口罩和墨镜，请正对屏幕，取下口罩和墨镜');
    await loudspeaker.begins();
    voice.say('zh-CN', '请低头');
    expect(await ends[1]).toEqual({ kind: 'stopped' });
    await loudspeaker.drain(ends[2]!);
    expect(await ends[2]).toEqual({ kind: 'said' });
    voice.say('zh-CN', '请慢慢向左转头');
    const ms = await loudspeaker.drain(ends[3]!);
    expect(ms).toBeGreaterThan(1500);
    expect(ms).toBeLessThan(5000);
    expect(why).toEqual([]);
    loudspeaker.close();
  }, 60_000);

  it.each([
    ['without a loudspeaker', () => alsa('type hw card 99')],
    ['without the program', () => ({ ...process.env, PATH: folder })],
  ])('%s stays silent, says once what to do, and tries again for the next person', async (_, env) => {
    const { voice, ends, why } = openVoice(env());
    // Before it is known, somebody speaks.
    voice.say('zh-CN', '一');
    await Promise.all(ends);
    for (let turn = 0; turn < 3; turn++) {
      expect(voice.isAble()).toBe(false);
      expect(voice.say('zh-CN', '请低头')).toBe(false);
      await Promise.all(ends);
    }
    expect(ends.length).toBe(5);
    expect(why).toEqual([
      expect.stringMatching(
        /^the loudspeaker is silent: .*(connect a loudspeaker|apt-get install espeak-ng); or set screen.voice$/,
      ),
    ]);
  });
});
