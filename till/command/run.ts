import { readFile } from 'node:fs/promises';
import { pair } from '../pair.ts';
import { createPinnedFetch, seePin } from '../pinned-fetch.ts';
import {
  type Answer,
  checkReceipt,
  createTill,
  type Question,
  type Till,
  type VerifyOptions,
  type View,
} from '../till.ts';
import type { Options } from './arguments.ts';
import type { openState, Paired } from './state.ts';
import { describeNews, describeProblem, describeView, EXIT, exitOfProblem, exitOfView } from './words.ts';

export type RunDeps = {
  readonly state: ReturnType<typeof openState>;
  /** A line for people, or an object for programs. */
  readonly say: (text: string, object: unknown) => void;
  readonly complain: (text: string) => void;
  /** Asks whoever sits there. */
  readonly ask: (question: string) => Promise<string | undefined>;
  readonly signal: AbortSignal;
};

/** @returns the exit code. */
export async function runCommand(options: Options, deps: RunDeps): Promise<number> {
  if (options.command === 'pair') return pairHere(options, deps);
  const paired = await deps.state.paired();
  if (!paired) {
    deps.complain('this till is not paired yet: npm run till -- pair --url https://KIOSK:PORT');
    return 1;
  }
  if (options.command === 'env') return tellShell(paired, deps);
  const { url, key, pin } = paired;
  const till = createTill({
    url,
    key,
    language: 'en',
    store: deps.state.store,
    ...(pin && { fetch: createPinnedFetch(pin) }),
  });
  if (options.command === 'people') return tellPeople(options, deps, till);
  return options.command === 'verify' ? verify(options, deps, till) : aboutSale(options, deps, till);
}

async function pairHere(options: Options, deps: RunDeps): Promise<number> {
  const url = new URL(options.url!).origin;
  const pin = url.startsWith('https:') ? await seePin(url).catch(() => undefined) : '';
  if (pin === undefined) return refuse(deps, { code: 'kiosk-unreachable', status: 0, detail: url });
  const code = async () => options.code ?? (await deps.ask('Six digits on the kiosk’s screen: '));
  const answer = await pair({ url, name: options.name, pin, code, ...(pin && { fetch: createPinnedFetch(pin) }) });
  if (!answer.ok) return refuse(deps, answer.problem);
  await deps.state.keep({ ...answer.value, url });
  const { till, name } = answer.value;
  deps.say(`paired as ${name} (${till}); the key is in ${deps.state.path}`, { till, name, url, pin });
  return 0;
}

function tellShell({ url, key, pin }: Paired, deps: RunDeps): number {
  const plain = pin.replaceAll('-', '+').replaceAll('_', '/');
  const lines = [`TILL_URL='${url}'`, `TILL_KEY='${key}'`, `TILL_PIN='${pin && `sha256//${plain}=`}'`];
  deps.say(lines.map((line) => `export ${line}`).join('\n'), { url, key, pin });
  return 0;
}

async function tellPeople(options: Options, deps: RunDeps, till: Till): Promise<number> {
  const answer = await till.people({ idNumber: await idNumberOf(options, deps) });
  if (!answer.ok) return refuse(deps, answer.problem);
  const { cardholder, relatives, relations, family } = answer.value;
  const lines = [
    `cardholder  ${cardholder.name} ${cardholder.idNumber}`,
    ...relatives.map(({ person, name, idNumber, relation }) => `${person}  ${name} ${idNumber} ${relation.label}`),
    ...(family === 'known' ? [] : ['the family cannot be asked for now']),
    `by hand: ${relations.map(({ code, label }) => `${code} ${label}`).join(', ')}`,
  ];
  deps.say(lines.join('\n'), answer.value);
  return 0;
}

async function verify(options: Options, deps: RunDeps, till: Till): Promise<number> {
  const { sale, subject, amount, purpose, assistance, anew } = options;
  const more = {
    ...(subject && { subject }),
    ...(amount !== undefined && { amount }),
    ...(purpose && { purpose }),
    ...(assistance && { assistance }),
  };
  const question: Question = { sale, cardholder: { idNumber: await idNumberOf(options, deps) }, ...more };
  return conclude(options, deps, await till.verify(question, { ...howOf(options, deps), anew }));
}

/** Everything that is about a verification which the kiosk has already. */
async function aboutSale(options: Options, deps: RunDeps, till: Till): Promise<number> {
  const { sale, command } = options;
  if (command === 'recover' || command === 'status') {
    const found = command === 'status' ? await till.findBySale(sale) : await till.recover(sale, howOf(options, deps));
    if (!found.ok) return refuse(deps, found.problem);
    const { status, verification } = found.value;
    if (status !== 'not-found' && verification) return conclude(options, deps, { ok: true, value: verification });
    deps.say(status === 'not-found' ? 'not found: it was never asked here' : 'in progress', found.value);
    return status === 'not-found' ? EXIT.none : EXIT.unknown;
  }
  const found = await till.findBySale(sale);
  if (!found.ok) return refuse(deps, found.problem);
  const view = found.value.verification;
  if (!view) return refuse(deps, { code: 'not-found', status: 404, detail: sale }, EXIT.none);
  const { verification: id } = view;
  if (command === 'retry')
    return conclude(
      options,
      deps,
      await till.retry(view, {
        ...howOf(options, deps),
        ...(options.assistance && { assistance: options.assistance }),
      }),
    );
  if (command === 'watch') return conclude(options, deps, await followTo(till, id, howOf(options, deps)));
  const changed = command === 'cancel' ? await till.cancel(id) : await till.appeal(id, 'cashier');
  return conclude(options, deps, changed);
}

async function followTo(till: Till, id: string, { onNews, ...how }: VerifyOptions): Promise<Answer<View>> {
  for await (const news of till.watch(id, how)) {
    onNews?.(news);
    if (news.event === 'problem') return { ok: false, problem: news.data };
    if (news.event === 'view' && news.data.outcome) return { ok: true, value: news.data };
  }
  return { ok: false, problem: { code: 'outcome-unknown', status: 0 } };
}

function howOf({ limitMs }: Options, { say, signal }: RunDeps): VerifyOptions {
  return {
    limitMs,
    signal,
    onNews(news) {
      const text = describeNews(news);
      if (text) say(text, news);
    },
  };
}

/** Says how it stands; of one whose receipt does not hold, only that. */
async function conclude(options: Options, deps: RunDeps, answer: Answer<View>): Promise<number> {
  if (!answer.ok) return refuse(deps, answer.problem);
  const view = answer.value;
  const wrong = await receiptProblem(options, view);
  if (wrong) return refuse(deps, { code: wrong, status: 0, detail: 'the sale must not go on' }, EXIT.receipt);
  deps.say(describeView(view), view);
  return exitOfView(view);
}

async function receiptProblem({ jwks, simulator, sale }: Options, view: View): Promise<string | undefined> {
  if (!jwks || !view.outcome) return undefined;
  // Only a verification that never reached the backend has none.
  if (!view.receipt) return view.outcome === 'verified' ? 'receipt-missing' : undefined;
  const keys = JSON.parse(await readFile(jwks, 'utf8')) as { keys: object[] };
  const checked = await checkReceipt(view.receipt, keys, { sale, round: view.round, simulator });
  if (!checked.ok) return checked.problem.code;
  return checked.value.outcome === view.outcome ? undefined : 'receipt-of-another-outcome';
}

async function idNumberOf({ idNumber }: Options, deps: RunDeps): Promise<string> {
  return idNumber === '-' ? ((await deps.ask('ID number: ')) ?? '') : idNumber!;
}

function refuse(deps: RunDeps, problem: Parameters<typeof describeProblem>[0], exit = exitOfProblem(problem)): number {
  deps.complain(describeProblem(problem));
  deps.say('', { problem });
  return exit;
}
