import { createApp, watch } from 'vue';
import { createWords, type Language, WORDS } from '../design/words/index.ts';
import { openKept } from './kept.ts';
import TillPage from './TillPage.vue';

const kept = openKept(sessionStorage, localStorage);
const words = createWords();
const { locale } = words.global;
const wished = kept.language();
if (wished !== null && wished in WORDS) locale.value = wished as Language;
watch(locale, (language) => kept.keepLanguage(language));
createApp(TillPage, { kept }).use(words).mount('#page');
