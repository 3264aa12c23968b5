import { type Clock, pause } from '../clock.ts';
import type { Step } from '../contract.ts';
import type { Course } from '../verification/course.ts';
import { type Ending, settle } from '../verification/ending.ts';
import type { Order, Tell } from '../verification/verification.ts';
import { roundOf, type Scripted } from './backend.ts';
import { type Fault, type Script, scriptOf } from './scripts.ts';

export type PlayDeps = {
  readonly scripted: Scripted;
  readonly clock: Clock;
  /** Share of the usual time that everything takes. */
  readonly pace: number;
  readonly graceMs: number;
  readonly fault: (fault: Fault) => void;
};

/** Milliseconds that a person takes. */
const TAKES = { consent: 1500, look: 1000, motion: 1500, between: 800, authority: 400 } as const;
const SLOWER = 4;

/** One round with a person who does as the script says, in place of camera, models and the person. */
export async function play(deps: PlayDeps, course: Course, tell: Tell, orders: AbortSignal) {
  const { verification } = course.now();
  const { id, round } = verification;
  const script = roundOf(scriptOf(verification.sale), round);
  const { backend } = deps.scripted;
  const ending = await perform(deps, course, script, tell, orders);
  // An order that comes while the outcome is waited for is passed on: the backend says which was first.
  const pass = () => void (orders.reason?.kind === 'cancel' && backend.cancel(id, requestOf(orders.reason)));
  if (ending.kind === 'await' && orders.aborted) pass();
  else if (ending.kind === 'await') orders.addEventListener('abort', pass, { once: true });
  const left = Math.max(0, course.now().endsAt - deps.clock.epoch());
  const settlement = await settle(backend, verification, ending, AbortSignal.timeout(left + deps.graceMs));
  orders.removeEventListener('abort', pass);
  return settlement;
}

async function perform(
  deps: PlayDeps,
  course: Course,
  script: Script,
  tell: Tell,
  orders: AbortSignal,
): Promise<Ending> {
  const { scripted } = deps;
  const { id } = course.now().verification;
  const take = async (ms: number) => pause(ms * deps.pace * (script.slow ? SLOWER : 1), orders);
  const ended = (): Ending | undefined => (orders.aborted ? toEnding(orders.reason as Order) : undefined);
  tell.step({ step: 'asked' });
  if (script.outcome === 'expired') return { kind: 'await' };
  await take(TAKES.consent);
  if (orders.aborted) return ended()!;
  if (script.ends === 'asked') return { kind: 'cancel', by: 'subject', reason: 'consent-refused' };
  const motions = course.now().verification.assistance?.kind !== 'attested';
  for (const [step, ms] of motions ? STEPS : STILL) {
    if (step.step === 'look') scripted.advance(id, { state: 'capturing' });
    tell.step(step);
    if (step.step === 'turn-left') deps.fault(script.fault ?? 'none');
    await take(ms);
    if (orders.aborted) return ended()!;
    if (step.step === 'turn-left' && script.ends === 'motions')
      return { kind: 'cancel', by: 'kiosk', reason: script.reason as 'kiosk-fault' };
  }
  scripted.advance(id, { state: 'matching' });
  for (const answered of [[], ['bank'], ['bank', 'police'], ['bank', 'police', 'insurer']] as const) {
    scripted.advance(id, { answered: [...answered] });
    tell.step({ step: 'matching', answered });
    await take(TAKES.authority);
    if (orders.aborted) return ended()!;
  }
  scripted.end(id, { outcome: script.outcome, reason: script.reason });
  return { kind: 'await' };
}

const STEPS: readonly (readonly [Step, number])[] = [
  [{ step: 'consent' }, TAKES.look],
  [{ step: 'look', done: 0, of: 2 }, TAKES.look],
  [{ step: 'turn-left', done: 0, of: 2 }, TAKES.motion],
  [{ step: 'between', done: 1, of: 2 }, TAKES.between],
  [{ step: 'nod-down', done: 1, of: 2 }, TAKES.motion],
];

/** Of somebody who only looks. */
const STILL: typeof STEPS = [
  [{ step: 'consent' }, TAKES.look],
  [{ step: 'look', done: 0, of: 0 }, TAKES.motion],
];

const toEnding = (order: Order): Ending => (order.kind === 'cancel' ? order : { kind: 'await' });
const requestOf = ({ by, reason }: Extract<Order, { kind: 'cancel' }>) => ({ by, reason });
