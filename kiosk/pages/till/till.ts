import { checkIdNumber } from '../../../server/contract/id-number.ts';
import type { Ended, Step, TillView } from '../../contract.ts';
import { chooseLanguage } from '../language.ts';
import { reasonText, type Words } from '../words.ts';
import { createClient } from './client.ts';

const $ = <E extends HTMLElement = HTMLElement>(id: string): E => document.getElementById(id) as E;
const AUTHORITIES = ['bank', 'police', 'insurer'] as const;

type PageState =
  | { readonly kind: 'ask'; readonly refused?: string; readonly waiting?: boolean }
  | { readonly kind: 'run'; readonly view: TillView; readonly steps: readonly Step[]; readonly cancelling?: boolean }
  | { readonly kind: 'end'; readonly view: TillView; readonly ended: Ended };

let page: PageState = { kind: 'ask' };
/** Of the request that is being made: sent again it asks for the same verification. */
let idempotencyKey = crypto.randomUUID();
const input = (id: string) => $<HTMLInputElement>(id);
const client = createClient(() => sessionStorage.getItem('till-key') ?? '');
const language = chooseLanguage($('language'), (words) => render(words));

function go(next: PageState): void {
  page = next;
  render(language.words());
}

function render(words: Words): void {
  const say = words.till;
  document.title = say.title;
  document.body.dataset.page = page.kind;
  $('ask').hidden = page.kind !== 'ask';
  $('run').hidden = page.kind !== 'run';
  $('end').hidden = page.kind !== 'end';
  const fixed = {
    title: say.title,
    lead: say.lead,
    'sale-label': say.sale,
    'id-label': say.idNumber,
    'key-label': say.key,
    'key-more': say.keyMore,
    again: say.again,
    close: say.close,
  };
  for (const [id, value] of Object.entries(fixed)) $(id).textContent = value;
  if (page.kind === 'ask') renderAsk(words, page);
  if (page.kind === 'run') renderRun(words, page);
  if (page.kind === 'end') renderEnd(words, page);
}

function renderAsk(words: Words, { refused, waiting }: PageState & { kind: 'ask' }): void {
  if (refused === 'till-unknown') $('key-field').hidden = false;
  $('refusal').textContent = refused ? (words.problems[refused] ?? `${words.problem} (${refused})`) : '';
  const sale = input('sale').value;
  const idNumber = readIdNumber();
  const saleProblem = sale !== '' && !/^[\x21-\x7e]{1,64}$/.test(sale) ? words.till.saleInvalid : '';
  // While one types, a number that is only too short is no mistake yet.
  const idProblem = idNumber === '' ? undefined : checkIdNumber(idNumber);
  const unfinished = idNumber.length < 18 && /^\d*$/.test(idNumber);
  note('sale', 'sale-problem', saleProblem);
  note('id-number', 'id-problem', idProblem && !unfinished ? words.till.idProblem(idProblem) : '');
  const start = $<HTMLButtonElement>('start');
  start.disabled = waiting === true || sale === '' || saleProblem !== '' || idNumber === '' || idProblem !== undefined;
  start.textContent = waiting ? words.till.working : words.till.start;
}

function note(field: string, place: string, problem: string): void {
  $(place).textContent = problem;
  input(field).setAttribute('aria-invalid', String(problem !== ''));
}

function renderRun(words: Words, { view, steps, cancelling }: PageState & { kind: 'run' }): void {
  $('about').textContent = `${words.till.subject} ${view.subject.name} · ${words.till.sale} ${view.sale}`;
  $('now').textContent = stepText(words, steps.at(-1) ?? { step: 'asked' });
  // The same step told again (an authority more) is one line, not four.
  const lines = steps.filter((step, index) => steps[index + 1]?.step !== step.step).slice(-6);
  $('trail').replaceChildren(
    ...lines.map((step) => {
      const item = document.createElement('li');
      item.textContent = stepText(words, step);
      return item;
    }),
  );
  const cancel = $<HTMLButtonElement>('cancel');
  cancel.textContent = cancelling ? words.till.cancelling : words.till.cancel;
  cancel.disabled = cancelling === true;
  renderLeft(words);
}

function stepText(words: Words, { step, answered }: Step): string {
  const names = (answered ?? []).map((name) => words.authorities[name]);
  return names.length > 0 ? `${words.steps[step]} · ${names.join(' ')}` : words.steps[step];
}

function renderLeft(words: Words): void {
  if (page.kind !== 'run') return;
  const seconds = Math.max(0, Math.ceil((Date.parse(page.view.expiresAt) - Date.now()) / 1000));
  $('left').textContent = words.till.left(seconds);
}

function renderEnd(words: Words, { view, ended }: PageState & { kind: 'end' }): void {
  $('end').dataset.outcome = ended.outcome;
  $('outcome').textContent = words.outcomes[ended.outcome];
  $('reason').textContent = reasonText(words, ended.reason);
  $('next').textContent = words.till.next[ended.outcome];
  const authorities = ended.authorities;
  const facts: [string, string][] = [
    [words.till.subject, `${view.subject.name} ${view.subject.idNumber}`],
    [words.till.sale, view.sale],
    ...(authorities
      ? AUTHORITIES.map((name): [string, string] => [
          words.authorities[name],
          words.authorityOutcomes[authorities[name]],
        ])
      : []),
    ...(ended.receipt ? [[words.till.receipt, shortCode(ended.receipt)] as [string, string]] : []),
  ];
  $('facts').replaceChildren(
    ...facts.flatMap(([name, value]) => {
      const [term, said] = [document.createElement('dt'), document.createElement('dd')];
      term.textContent = name;
      said.textContent = value;
      return [term, said];
    }),
  );
  $('again').hidden = ended.outcome === 'verified';
}

/** The last eight signs of the receipt's signature, upper case: enough to find it by, and it gives nothing away. */
function shortCode(receipt: string): string {
  return receipt
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(-8)
    .toUpperCase();
}

const readIdNumber = (): string => input('id-number').value.trim().toUpperCase();

async function ask(): Promise<void> {
  if (page.kind !== 'ask' || page.waiting) return;
  if (!$('key-field').hidden) sessionStorage.setItem('till-key', input('key').value);
  go({ kind: 'ask', waiting: true });
  const reply = await client.ask(idempotencyKey, input('sale').value, readIdNumber());
  if (!reply.ok) {
    // Whether it arrived is not known only when nothing came back: then the same key asks again.
    if (reply.code !== 'kiosk-unreachable') idempotencyKey = crypto.randomUUID();
    return go({ kind: 'ask', refused: reply.code === 'kiosk-unreachable' ? 'backend-unreachable' : reply.code });
  }
  idempotencyKey = crypto.randomUUID();
  input('id-number').value = '';
  await watch(reply.value);
}

/** Shows a verification to its end; also after the page was loaded again. */
async function watch(view: TillView): Promise<void> {
  sessionStorage.setItem('verification', view.verification);
  go({ kind: 'run', view, steps: [] });
  const follower = {
    step(step: Step) {
      if (page.kind === 'run') go({ ...page, steps: [...page.steps, step] });
    },
    connected(connected: boolean) {
      $('recovering').hidden = connected;
      $('recovering').textContent = connected ? '' : language.words().till.recovering;
    },
  };
  const ended = await client.follow(view.verification, follower, new AbortController().signal);
  if (ended) go({ kind: 'end', view, ended });
}

function back(): void {
  sessionStorage.removeItem('verification');
  go({ kind: 'ask' });
  input('id-number').focus();
}

async function resume(): Promise<void> {
  const id = sessionStorage.getItem('verification');
  const reply = id ? await client.find(id) : undefined;
  if (reply?.ok && !reply.value.outcome) return watch(reply.value);
  if (reply?.ok) return go({ kind: 'end', view: reply.value, ended: reply.value as unknown as Ended });
}

$('ask').addEventListener('submit', (event) => {
  event.preventDefault();
  void ask();
});
$('ask').addEventListener('input', () => {
  if (page.kind === 'ask') go({ kind: 'ask' });
});
$('cancel').addEventListener('click', () => {
  if (page.kind !== 'run') return;
  go({ ...page, cancelling: true });
  void client.cancel(page.view.verification);
});
$('again').addEventListener('click', back);
$('close').addEventListener('click', back);
setInterval(() => renderLeft(language.words()), 250);
language.start();
void resume();
