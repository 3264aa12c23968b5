import type { ScreenState } from '../../contract.ts';
import { chooseLanguage } from '../language.ts';
import type { Words } from '../words.ts';
import { drawHead } from './head.ts';
import { timeLeft, viewOf } from './views.ts';

const $ = <E extends Element = HTMLElement>(id: string): E => document.getElementById(id) as unknown as E;
const SIGNS = {
  tick: 'M34 62 L53 81 L88 42',
  bang: 'M60 32 V68 M60 86 V87',
  away: 'M32 60 H86 M66 40 L88 60 L66 80',
} as const;
const SECTIONS = ['invitation', 'capture', 'matching', 'mark'] as const;
const AUTHORITIES = ['bank', 'police', 'insurer'] as const;

let state: ScreenState = { store: '', kind: 'idle' };
const language = chooseLanguage($('language'), (words) => render(words));

function render(words: Words): void {
  const view = viewOf(state, words);
  document.body.dataset.view = view.view;
  document.body.dataset.tone = view.tone;
  document.body.dataset.state = state.kind;
  for (const name of SECTIONS) $(name).hidden = name !== view.view;
  text('headline', view.headline);
  text('detail', view.detail ?? '');
  text('more', view.more ?? '');
  text('foot', view.foot ?? '');
  text('store', state.store);
  if (view.sign) $('sign').setAttribute('d', SIGNS[view.sign]);
  renderInvitation(words);
  renderCapture(words, view.view === 'capture');
  renderAuthorities(words);
  renderTime(words);
}

/** Only what changed is written: a screen reader would say the same sentence again. */
function text(id: string, value: string): void {
  const element = $(id);
  if (element.textContent !== value) element.textContent = value;
}

function renderInvitation(words: Words): void {
  const say = words.screen;
  const open = state.kind === 'invitation';
  text('sale', state.kind === 'invitation' ? say.sale(state.sale) : '');
  for (const [id, value] of [
    ['consent', say.consent],
    ['consent-more', say.consentMore],
    ['how', say.how],
    ['how-more', say.howMore],
    ['agree', say.agree],
    ['refuse', say.refuse],
  ] as const)
    text(id, value);
  if (!open) document.querySelector('details')!.open = false;
}

function renderCapture(words: Words, shown: boolean): void {
  const preview = $<HTMLImageElement>('preview');
  const seeing = shown && state.kind !== 'preparing';
  // Without a source no stream stays open, and nothing personal stays on the page.
  if (seeing && !preview.getAttribute('src')) preview.src = `/preview?${performance.now()}`;
  if (!seeing) preview.removeAttribute('src');
  preview.hidden = !seeing;
  preview.alt = words.screen.preview;
  const progress = state.kind === 'challenge' ? Math.round(state.progress * 100) : 0;
  $<SVGElement>('arc').querySelector<SVGElement>('.done')!.style.strokeDasharray = `${progress} 100`;
  renderHead();
  renderTicks(words);
}

function renderHead(): void {
  const motion = state.kind === 'challenge' ? state.challenge : '';
  const head = $('head');
  if (head.dataset.motion === motion) return;
  head.dataset.motion = motion;
  head.replaceChildren(...(state.kind === 'challenge' ? [drawHead(state.challenge)] : []));
}

function renderTicks(words: Words): void {
  const { done, of } = 'of' in state ? state : { done: 0, of: 0 };
  const ticks = $('ticks');
  const shape = `${done}/${of}`;
  ticks.setAttribute('aria-label', of > 0 ? words.screen.motions(done, of) : '');
  if (ticks.dataset.shape === shape) return;
  ticks.dataset.shape = shape;
  ticks.replaceChildren(
    ...Array.from({ length: of }, (_, index) => {
      const tick = document.createElement('li');
      tick.className = index < done ? 'done' : index === done ? 'now' : '';
      tick.textContent = index < done ? '✓' : '';
      return tick;
    }),
  );
}

function renderAuthorities(words: Words): void {
  const answered: readonly string[] = state.kind === 'matching' ? state.answered : [];
  $('authorities').replaceChildren(
    ...AUTHORITIES.map((name) => {
      const item = document.createElement('li');
      item.className = answered.includes(name) ? 'done' : '';
      item.textContent = words.authorities[name];
      return item;
    }),
  );
}

function renderTime(words: Words): void {
  const left = timeLeft(state, Date.now());
  $('ring').toggleAttribute('hidden', !left);
  if (left) $('ring').querySelector<SVGElement>('.left')!.style.strokeDasharray = `${left.share * 100} 100`;
  const clock = new Date().toLocaleTimeString(words.code, { hour: '2-digit', minute: '2-digit', hour12: false });
  text('clock', left ? (left.seconds === undefined ? '' : words.screen.seconds(left.seconds)) : clock);
}

async function answer(given: boolean): Promise<void> {
  if (state.kind !== 'invitation') return;
  const body = JSON.stringify({ verification: state.verification, given });
  await fetch('/consent', { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(
    () => undefined,
  );
}

function connect(): void {
  const events = new EventSource('/events');
  events.addEventListener('open', () => show(true));
  events.addEventListener('error', () => show(false));
  events.addEventListener('state', (event) => {
    state = JSON.parse((event as MessageEvent<string>).data) as ScreenState;
    if (state.kind === 'idle' || state.kind === 'out-of-order') language.reset();
    render(language.words());
  });
}

function show(connected: boolean): void {
  $('disconnected').hidden = connected;
  text('disconnected', connected ? '' : language.words().screen.disconnected);
  if (connected) return;
  // What is not known to be true any more is not shown, least of all a name.
  state = { store: state.store, kind: 'idle' };
  render(language.words());
}

$('agree').addEventListener('click', () => void answer(true));
$('refuse').addEventListener('click', () => void answer(false));
$('preview').addEventListener('error', () => {
  const preview = $<HTMLImageElement>('preview');
  preview.hidden = true;
  setTimeout(() => {
    preview.removeAttribute('src');
    render(language.words());
  }, 300);
});
setInterval(() => renderTime(language.words()), 250);
language.start();
connect();
