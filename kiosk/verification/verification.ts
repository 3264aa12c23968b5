import { HardwareError } from '../../hardware/contract.ts';
import type { Prompt } from '../../liveness/contract.ts';
import type { Evidence } from '../../server/contract/evidence.ts';
import type { Attempt, CancelRequest } from '../../server/contract/schemas.ts';
import type { Answer, Backend } from '../backend/client.ts';
import { type Clock, pause, unlessAborted } from '../clock.ts';
import type { Ended, ScreenState, Step } from '../contract.ts';
import type { Eye, Glance } from '../eyes/eye.ts';
import type { Preview } from '../eyes/preview.ts';
import { describeFault } from '../log.ts';
import { type Capture, capture, type Look } from './capture.ts';
import type { Consent } from './consent.ts';
import type { Course, RunSubject } from './course.ts';
import { type Ending, settle } from './ending.ts';
import { toEvidence } from './evidence.ts';
import { sameStep, toDirection, toScreen, toStep } from './steps.ts';

export type RunDeps = {
  readonly backend: Backend;
  readonly eye: Eye;
  /** A new pair of eyes a person: what is remembered of a face ends with its attempt. */
  readonly newLook: () => Look;
  readonly seal: (evidence: Evidence) => Promise<Answer<string>>;
  readonly preview: Preview;
  readonly consent: Consent;
  readonly clock: Clock;
  readonly store: string;
  readonly limits: { readonly cameraLostMs: number; readonly graceMs: number };
  show(state: ScreenState): void;
  /** For the log: no names, no numbers of persons. */
  note(event: string, fields: Readonly<Record<string, unknown>>): void;
};

export type Tell = {
  step(step: Step): void;
  /** The person says that turning or nodding is hard. Resolves when it is known what became of it. */
  wish(): Promise<void>;
};

/** Aborts a run: by the till, by the deadline, or because the process stops. */
export type Order = { readonly kind: 'expired' } | ({ readonly kind: 'cancel' } & CancelRequest);

/**
 * One verification at the counter, from the question to its outcome: consent, capture, evidence, the backend's word.
 * Every timer and the camera end with it. `signal` aborts with an `Order`.
 */
export async function runVerification(
  deps: RunDeps,
  course: Course,
  tell: Tell,
  signal: AbortSignal,
): Promise<{ readonly ended: Ended; readonly settled: boolean }> {
  const { id } = course.now().verification;
  const stop = new AbortController();
  const forward = () => stop.abort(signal.reason);
  if (signal.aborted) forward();
  signal.addEventListener('abort', forward, { once: true });
  let timer: NodeJS.Timeout | undefined;
  const arm = () => {
    clearTimeout(timer);
    const left = course.now().endsAt - deps.clock.epoch();
    timer = setTimeout(() => stop.abort({ kind: 'expired' } satisfies Order), left);
  };
  arm();
  const unlisten = course.listen(arm);
  const asked: { plan?: Ended['plan'] } = {};
  try {
    const ending = await play(deps, course, tell, asked, stop.signal).catch((error: unknown) =>
      toEnding(deps, stop.signal, error),
    );
    const settlement = await conclude(deps, course.now(), tell, ending, stop.signal);
    return { ...settlement, ended: { ...settlement.ended, ...asked } };
  } finally {
    unlisten();
    clearTimeout(timer);
    signal.removeEventListener('abort', forward);
    deps.note('verification ended', { verification: id });
  }
}

/** A kiosk that is being stopped waits no longer for the backend's word, milliseconds. */
const LEAVING_MS = 1500;

/** Everything that needs the person. */
async function play(
  deps: RunDeps,
  course: Course,
  tell: Tell,
  asked: { plan?: Ended['plan'] },
  signal: AbortSignal,
): Promise<Ending> {
  const glance = deps.eye.open();
  try {
    tell.step({ step: 'asked' });
    if (!(await invite(deps, course, tell, signal))) return cancelled('subject', 'consent-refused');
    tell.step({ step: 'consent' });
    const subject = course.now();
    const { verification } = subject;
    const about = aboutOf(deps, subject);
    deps.show({ ...about, kind: 'preparing' });
    const opened = await unlessAborted(
      deps.backend.openAttempt(verification.id, `${verification.id}-${verification.round}`),
      signal,
    );
    if (!opened.ok) return refused(deps, 'attempt', opened.problem.code);
    const { steps, assistance } = opened.value.plan;
    asked.plan = steps.map(({ challenge }) => challenge);
    // As the plan says: the cashier may have chosen in the very moment of the consent.
    const led = { ...about, ...(assistance && assistance !== 'none' && { assistance }) };
    const seen = await see(deps, led, tell, glance, opened.value, signal);
    deps.show({ ...about, kind: 'matching', answered: [] });
    tell.step({ step: 'matching', answered: [] });
    return await handOver(deps, opened.value, seen, signal);
  } finally {
    glance.close();
  }
}

/** Asks the person for consent, who may say first that turning or nodding is hard. @returns whether it was given. */
async function invite(deps: RunDeps, course: Course, tell: Tell, signal: AbortSignal): Promise<boolean> {
  const { id } = course.now().verification;
  let wish: Promise<void> | undefined;
  const show = () => {
    const { subject, sale } = course.now().verification;
    const accessible = wish !== undefined && { accessible: true };
    deps.show({ ...aboutOf(deps, course.now()), kind: 'invitation', subject: subject.name, sale, ...accessible });
  };
  const unlisten = course.listen(show);
  show();
  try {
    const choice = await deps.consent.ask(id, signal, () => {
      wish = tell.wish().catch((error: unknown) => deps.note('a wish failed', describeFault(error)));
      show();
    });
    // Whoever touches both at once gets the plan that they wished for.
    await wish;
    return choice.given;
  } finally {
    unlisten();
  }
}

/** The camera's frames are looked at only in here. */
async function see(
  deps: RunDeps,
  about: ReturnType<typeof aboutOf>,
  tell: Tell,
  glance: Glance,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Capture> {
  let told: Step | undefined;
  const prompt = (next: Prompt) => {
    deps.show(toScreen(next, about));
    const direction = toDirection(next);
    if (direction) glance.direct(direction);
    const step = toStep(next);
    if (step && !sameStep(told, step)) tell.step(step);
    told = step ?? told;
  };
  deps.preview.start();
  glance.look(deps.preview.push);
  try {
    const lostAfterMs = deps.limits.cameraLostMs;
    return await capture(
      { source: glance, look: deps.newLook(), clock: deps.clock, lostAfterMs, prompt },
      attempt.plan,
      signal,
    );
  } finally {
    deps.preview.stop();
    deps.note('attempt over', { verification: attempt.verification, ...glance.counts });
  }
}

/** Hands the evidence over until the backend has it; a lost answer is found out by asking for the state. */
async function handOver(deps: RunDeps, attempt: Attempt, seen: Capture, signal: AbortSignal): Promise<Ending> {
  for (;;) {
    const sealed = await deps.seal(toEvidence(attempt, seen));
    const sent = sealed.ok ? await deps.backend.submit(attempt.verification, attempt.id, sealed.value) : sealed;
    // Used: it had arrived, and only the answer was lost.
    if (sent.ok || sent.problem.code === 'attempt-used') return { kind: 'await' };
    if (sent.problem.code !== 'backend-unreachable') return refused(deps, 'evidence', sent.problem.code);
    const found = await deps.backend.find(attempt.verification);
    if (found.ok && found.value.state !== 'capturing') return { kind: 'await' };
    await pause(500, signal);
    signal.throwIfAborted();
  }
}

/** Waits for the backend's outcome; an order that comes meanwhile is passed on to it. */
async function conclude(deps: RunDeps, subject: RunSubject, tell: Tell, ending: Ending, orders: AbortSignal) {
  const { id } = subject.verification;
  const left = Math.max(0, subject.endsAt - deps.clock.epoch());
  const graceMs = isLeaving(orders) ? Math.min(deps.limits.graceMs, LEAVING_MS) : deps.limits.graceMs;
  if (ending.kind !== 'await') return settle(deps.backend, subject.verification, ending, AbortSignal.timeout(graceMs));
  const limit = AbortSignal.timeout(left + deps.limits.graceMs);
  const wait = new AbortController();
  const end = () => wait.abort();
  limit.addEventListener('abort', end, { once: true });
  const onOrder = () => void (isCancel(orders.reason) ? deps.backend.cancel(id, toRequest(orders.reason)) : undefined);
  if (orders.aborted) onOrder();
  else orders.addEventListener('abort', onOrder, { once: true });
  let answered = 0;
  return settle(deps.backend, subject.verification, ending, wait.signal, (verification) => {
    if (verification.answered.length === answered) return;
    answered = verification.answered.length;
    tell.step({ step: 'matching', answered: verification.answered });
    deps.show({ ...aboutOf(deps, subject), kind: 'matching', answered: verification.answered });
  }).finally(() => orders.removeEventListener('abort', onOrder));
}

/** Every fault has an outcome: an order that aborted, a camera that is gone, or something of ours. */
function toEnding(deps: RunDeps, signal: AbortSignal, error: unknown): Ending {
  if (signal.aborted) {
    const order = signal.reason as Order;
    return order.kind === 'expired' ? { kind: 'expired' } : order;
  }
  deps.note('attempt failed', describeFault(error));
  return cancelled('kiosk', error instanceof HardwareError ? 'camera-missing' : 'kiosk-fault');
}

function refused(deps: RunDeps, what: string, code: string): Ending {
  deps.note(`${what} refused`, { code });
  return cancelled('kiosk', 'kiosk-fault');
}

const cancelled = (by: CancelRequest['by'], reason: CancelRequest['reason']): Ending => ({
  kind: 'cancel',
  by,
  reason,
});
/** The process stops: whoever waits is told before it is gone. */
const isLeaving = (orders: AbortSignal): boolean =>
  orders.aborted && isCancel(orders.reason as Order) && (orders.reason as CancelRequest).by === 'kiosk';
const isCancel = (order: Order): order is Order & { kind: 'cancel' } => order.kind === 'cancel';
const toRequest = ({ by, reason }: CancelRequest): CancelRequest => ({ by, reason });

function aboutOf(deps: RunDeps, { verification, endsAt, lifetimeMs }: RunSubject) {
  const { id, assistance } = verification;
  return {
    store: deps.store,
    verification: id,
    endsAt,
    lifetimeMs,
    ...(assistance && { assistance: assistance.kind }),
  };
}
