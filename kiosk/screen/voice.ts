import { type ChildProcess, spawn } from 'node:child_process';

/** `auto`: the browser's own voice, or the loudspeaker where it has none. */
export type VoiceMode = 'auto' | 'browser' | 'loudspeaker' | 'off';
export type VoiceLanguage = 'zh-CN' | 'en';

export type Voice = ReturnType<typeof createVoice>;

/** Runs a program with its arguments and gives it text to read; `error` is emitted when there is no such program. */
export type Speak = (args: readonly string[], text: string) => Pick<ChildProcess, 'once' | 'kill'>;

const PROGRAM = 'espeak-ng';

/** espeak-ng's names for the languages, and words a minute: slower than its own 175. */
const VOICES: Readonly<Record<VoiceLanguage, string>> = { 'zh-CN': 'cmn', en: 'en' };
const PACE = '140';

/**
 * Says sentences on the kiosk's loudspeaker with espeak-ng. A new sentence ends the one before; nothing waits for it;
 * a kiosk without the program stays silent.
 * @param say told once why the loudspeaker is silent.
 */
export function createVoice(mode: VoiceMode, say: (why: string) => void, speak: Speak = espeak) {
  let able = mode === 'auto' || mode === 'loudspeaker';
  let speaking: Pick<ChildProcess, 'kill'> | undefined;
  const stop = () => {
    speaking?.kill();
    speaking = undefined;
  };
  const begin = (args: readonly string[], text: string) => {
    const child = speak(args, text);
    child.once('error', (error: Error) => {
      if (able) say(`the loudspeaker is silent (${error.message}): apt-get install espeak-ng, or set screen.voice`);
      able = false;
    });
    return child;
  };
  // Whether there is such a program is known before anybody needs it.
  if (able) begin(['--version'], '');
  return {
    mode,
    /** Whether the loudspeaker can be used, as far as is known. */
    isAble: () => able,
    /** @returns whether somebody tries to say it. */
    say(language: VoiceLanguage, text: string): boolean {
      stop();
      if (!able) return false;
      const child = begin(['-v', VOICES[language], '-s', PACE, '--stdin'], text);
      speaking = child;
      child.once('close', () => {
        if (speaking === child) speaking = undefined;
      });
      return true;
    },
    stop,
  };
}

function espeak(args: readonly string[], text: string): ChildProcess {
  const child = spawn(PROGRAM, args, { stdio: ['pipe', 'ignore', 'ignore'] });
  // Without the program, or stopped in the middle, nobody reads the text.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(text);
  return child;
}
