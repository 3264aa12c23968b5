import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';

/** `auto`: the browser's own voice, or the loudspeaker where it has none. */
export type VoiceMode = 'auto' | 'browser' | 'loudspeaker' | 'off';
export type VoiceLanguage = 'zh-CN' | 'en';

export type Voice = ReturnType<typeof createVoice>;

/** How a sentence ended; `silent`: nobody heard it, and why. */
export type SpeechEnd = { readonly kind: 'said' | 'stopped' } | { readonly kind: 'silent'; readonly why: string };
export type Speaking = { stop(): void; readonly ended: Promise<SpeechEnd> };
/** Runs espeak-ng with these arguments and gives it text to read. */
export type Speak = (args: readonly string[], text: string) => Speaking;

const PROGRAM = 'espeak-ng';

/**
 * espeak-ng's voices, and words a minute: slower than its own 175. Its plain `cmn` (1.51) turns a character into pinyin
 * and then reads that as English.
 */
const VOICES: Readonly<Record<VoiceLanguage, readonly string[]>> = {
  'zh-CN': ['-v', 'cmn-latn-pinyin', '-s', '160'],
  en: ['-v', 'en', '-s', '140'],
};
/** Something short that nobody hears: amplitude 0. */
const CHECK = ['-a', '0'];

/**
 * Says sentences on the kiosk's loudspeaker with espeak-ng. A new sentence ends the one before; nothing waits for it;
 * a kiosk without the program or without a loudspeaker stays silent.
 * @param say told why the loudspeaker is silent: once, and again only after it was heard.
 */
export function createVoice(mode: VoiceMode, say: (why: string) => void, speak: Speak = speakBy()) {
  const wanted = mode === 'auto' || mode === 'loudspeaker';
  let able = wanted;
  let checking = false;
  let speaking: Speaking | undefined;
  const stop = () => {
    speaking?.stop();
    speaking = undefined;
  };
  const begin = (args: readonly string[], text: string) => {
    const begun = speak(args, text);
    void begun.ended.then((end) => {
      if (speaking === begun) speaking = undefined;
      if (end.kind === 'stopped') return;
      if (end.kind === 'silent' && able) say(`the loudspeaker is silent: ${end.why}; or set screen.voice`);
      able = end.kind === 'said';
    });
    return begun;
  };
  const check = () => {
    if (!wanted || checking) return;
    checking = true;
    void begin([...VOICES['zh-CN'], ...CHECK, '--stdin'], '一').ended.then(() => {
      checking = false;
    });
  };
  // Whether it can be heard is known before anybody needs it.
  check();
  return {
    mode,
    /** Whether the loudspeaker can be used, as far as is known. A silent one is tried again, for whoever asks next. */
    isAble(): boolean {
      if (!able) check();
      return able;
    },
    /** @returns whether somebody tries to say it. */
    say(language: VoiceLanguage, text: string): boolean {
      stop();
      if (!able) return false;
      speaking = begin([...VOICES[language], '--stdin'], text);
      return true;
    },
    stop,
  };
}

/** @param env of the program. @param more arguments before the sentence's own. */
export function speakBy(env: NodeJS.ProcessEnv = process.env, more: readonly string[] = []): Speak {
  return (args, text) => {
    const child = spawn(PROGRAM, [...more, ...args], { stdio: ['pipe', 'ignore', 'pipe'], env });
    // Without the program, or stopped in the middle, nobody reads the text.
    child.stdin.on('error', () => undefined);
    child.stdin.end(text);
    return { stop: () => void child.kill(), ended: endOf(child) };
  };
}

/** It says so and still ends with 0 when there is no loudspeaker; ALSA complains in lines of its own, also of trifles. */
function endOf(child: ChildProcess): Promise<SpeechEnd> {
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = `${complaints}${chunk}`.slice(-2000);
  });
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ kind: 'silent', why: `${message}: apt-get install espeak-ng` }));
    child.once('close', (code, signal) => {
      const complaint = /^error: (.*)$/im.exec(complaints)?.[1];
      if (signal) resolve({ kind: 'stopped' });
      else if (code === 0 && complaint === undefined) resolve({ kind: 'said' });
      else resolve({ kind: 'silent', why: `${PROGRAM}: ${complaint ?? `exit code ${code}`}: connect a loudspeaker` });
    });
  });
}
