import { type InjectionKey, inject, onScopeDispose, type Ref, ref, watch } from 'vue';
import type { VoiceMode } from '../../screen/voice.ts';
import type { Language } from '../design/words/index.ts';

export type Speech = ReturnType<typeof useSpeech>;
export const SPEECH: InjectionKey<Speech> = Symbol('speech');

/** Slower than talk: heard by people who hear less, in a noisy shop. */
const RATE = 0.9;

/**
 * Says sentences: by the browser's own voice where it has one for the language, else by the kiosk's loudspeaker; and
 * shows the last one to screen readers.
 */
export function useSpeech(language: Readonly<Ref<Language>>) {
  const sentence = ref('');
  const wanted = ref(true);
  const able = ref(false);
  const told: { mode: VoiceMode; loudspeaker: boolean } = { mode: 'off', loudspeaker: false };
  const synthesis: SpeechSynthesis | undefined = window.speechSynthesis;

  const ownVoice = () =>
    told.mode === 'auto' || told.mode === 'browser'
      ? synthesis?.getVoices().find((voice) => voice.lang.toLowerCase().startsWith(language.value.slice(0, 2)))
      : undefined;
  const look = () => {
    able.value = told.loudspeaker || ownVoice() !== undefined;
  };
  const ask = async () => {
    const answer = await fetch('/voice').catch(() => undefined);
    if (answer?.ok) Object.assign(told, await answer.json());
    look();
  };
  const sayAloud = async (text: string) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ language: language.value, text });
    const answer = await fetch('/voice', { method: 'POST', headers, body }).catch(() => undefined);
    if (answer?.ok) Object.assign(told, await answer.json());
    look();
  };
  const silence = () => synthesis?.cancel();

  const ready = ask();
  synthesis?.addEventListener('voiceschanged', look);
  onScopeDispose(() => {
    synthesis?.removeEventListener('voiceschanged', look);
    silence();
  });
  return {
    /** What was said last, also where nothing can be heard. */
    sentence,
    /** Whether the person wants to hear anything, and whether there is a voice at all. */
    wanted,
    able,
    silence,
    /** For the next person. */
    reset(): void {
      silence();
      sentence.value = '';
      wanted.value = true;
      // A loudspeaker may have been plugged in.
      if (!able.value) void ask();
    },
    async say(text: string): Promise<void> {
      sentence.value = text;
      await ready;
      silence();
      if (!wanted.value || text === '') return;
      const voice = ownVoice();
      if (!voice) return told.loudspeaker ? sayAloud(text) : undefined;
      const utterance = new SpeechSynthesisUtterance(text);
      utterance.voice = voice;
      utterance.lang = voice.lang;
      utterance.rate = RATE;
      synthesis?.speak(utterance);
    },
  };
}

/** Says a sentence now, and again whenever it becomes another one; where its lines may break is not for the ear. */
export function useSpoken(sentence: () => string): void {
  const speech = inject(SPEECH);
  watch(sentence, (text) => void speech?.say(text.replaceAll('\u200b', '')), { immediate: true });
}
