import { createApp } from 'vue';
import { createWords } from '../design/words/index.ts';
import KioskScreen from './KioskScreen.vue';

createApp(KioskScreen).use(createWords()).mount('#page');
