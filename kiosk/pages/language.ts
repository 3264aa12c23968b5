import { type Language, WORDS, type Words } from './words.ts';

/** Chinese first; the button changes to the other. `render` is called with the words to show. */
export function chooseLanguage(button: HTMLElement, render: (words: Words) => void) {
  let language: Language = 'zh-CN';
  const set = (next: Language) => {
    language = next;
    const words = WORDS[next];
    document.documentElement.lang = words.code;
    button.textContent = words.other;
    button.lang = next === 'en' ? 'zh-CN' : 'en';
    render(words);
  };
  button.addEventListener('click', () => set(language === 'en' ? 'zh-CN' : 'en'));
  return {
    words: (): Words => WORDS[language],
    /** For the next person. */
    reset: () => {
      if (language !== 'zh-CN') set('zh-CN');
    },
    start: () => set('zh-CN'),
  };
}
