import { CHALLENGES } from '../liveness/challenges/index.ts';
import type { ChallengeKind, FailReason, Observation, Plan, Verdict } from '../liveness/contract.ts';
import { isReached, motionOf } from '../liveness/motion.ts';
import { newChallenge } from '../liveness/phases/begin.ts';
import { allOrders } from '../liveness/plan.ts';
import { begin, expire, step } from '../liveness/session.ts';
import type { Settings } from '../liveness/settings.ts';
import type { LivenessState } from '../liveness/state.ts';
import type { SeenFilm } from './film.ts';
import type { Progress } from './progress.ts';

type Order = readonly ChallengeKind[];

export type FilmResult = {
  readonly file: string;
  readonly live: boolean;
  readonly frames: number;
  readonly framesWithFace: number;
  /** The motions that the film's label says, as challenges. */
  readonly contains: Order;
  /**
   * `shipped`: the session as the kiosk runs it, before a film that does not wait: the shortest hold of any plan, prompts
   * when the session gives them, reaction time and early motion judged. Begun at the film's first frame.
   */
  readonly shipped: Judged;
  /**
   * `following`: the prompts follow the film, since the film does not follow prompts. The baseline is taken as shipped;
   * the first prompt comes at once, each next one as soon as the head has left the motion before (no neutral look is
   * asked for in between), nothing is too early, and the first neutral look after the last motion ends the session. The
   * session may begin at any moment of the film (every `STRIDE` frames are tried). Which motion is reached, which is
   * wrong, and all signals (identity, PAD, depth, continuity, still) are judged as shipped. This is what "the film
   * satisfies the plan" means: the most that somebody who holds the film could make of it.
   */
  readonly following: Judged;
  /** Plans that follow from the motions contained: each that is a run of them. */
  readonly expected: readonly string[];
};

export type Judged = {
  readonly plans: number;
  /** Plans that ended live, as `turn-left > nod-up`. */
  readonly satisfied: readonly string[];
  /** First reasons of the others, at the beginning that came farthest, and how many plans ended so. */
  readonly refused: Readonly<Partial<Record<FailReason, number>>>;
};

/** Frames between two beginnings that are tried: a third of a second of a usual film. */
const STRIDE = 5;
/** Milliseconds: the shortest hold that a plan may ask for, see liveness/plan.ts. */
const SHORTEST_HOLD = 400;
const STEP_LIMIT = 7_000;
const TOTAL_LIMIT = 40_000;
/** A prompt that comes when the film is ready for it cannot be answered too early. */
const FOLLOWING: Partial<Settings> = { reactionMs: 0, earlyMs: Number.MAX_SAFE_INTEGER, lastLookMs: 0 };

/** The nose to the picture's left is the person's own right. */
const MOTIONS: Readonly<Record<string, ChallengeKind>> = {
  'image-left': 'turn-right',
  'image-right': 'turn-left',
  up: 'nod-up',
  down: 'nod-down',
};

/** What the session says of each film under every plan. Pure but for the progress. */
export function judgeFilms(films: readonly SeenFilm[], progress: Progress): FilmResult[] {
  return films.map((film, index) => {
    const result = judgeFilm(film);
    progress('sessions', index + 1, films.length);
    return result;
  });
}

export function judgeFilm({ file, live, motions, observations }: SeenFilm): FilmResult {
  const contains = motions.flatMap((motion) => MOTIONS[motion] ?? []);
  return {
    file,
    live,
    frames: observations.length,
    framesWithFace: observations.filter(({ face }) => face).length,
    contains,
    shipped: judgeOrders((order) => [judgeFrom(observations, planOf(order, SHORTEST_HOLD, STEP_LIMIT, TOTAL_LIMIT))]),
    following: judgeOrders((order) => begunAnywhere(observations, order)),
    expected: live
      ? allOrders()
          .filter((order) => isRunOf(order, contains))
          .map(nameOf)
      : [],
  };
}

/** Is the order some of the motions in a row? */
function isRunOf(order: Order, motions: Order): boolean {
  return motions.some((_, start) => order.every((kind, i) => kind === motions[start + i]));
}

const nameOf = (order: Order) => order.join(' > ');

function judgeOrders(tries: (order: Order) => readonly Ended[]): Judged {
  const satisfied: string[] = [];
  const refused: Partial<Record<FailReason, number>> = {};
  const orders = allOrders();
  for (const order of orders) {
    const ends = tries(order);
    const far = ends.reduce((best, other) => (other.done > best.done ? other : best));
    if (ends.some(({ verdict }) => verdict.live)) satisfied.push(nameOf(order));
    else if (!far.verdict.live) {
      const reason = far.verdict.reasons[0]!;
      refused[reason] = (refused[reason] ?? 0) + 1;
    }
  }
  return { plans: orders.length, satisfied, refused };
}

type Ended = { readonly verdict: Verdict; readonly done: number };

function begunAnywhere(observations: readonly Observation[], order: Order): Ended[] {
  const length = (observations.at(-1)?.at ?? 0) - (observations[0]?.at ?? 0) + 1;
  const plan = planOf(order, 0, length, length);
  const ends: Ended[] = [];
  for (let start = 0; start < Math.max(1, observations.length); start += STRIDE) {
    const end = judgeFrom(observations.slice(start), plan, FOLLOWING, promptAtOnce);
    ends.push(end);
    if (end.verdict.live) break;
  }
  return ends;
}

function planOf(order: Order, holdMs: number, stepLimitMs: number, totalLimitMs: number): Plan {
  return { steps: order.map((challenge) => ({ challenge, holdMs })), stepLimitMs, totalLimitMs };
}

/** As `judge`, with the number of challenges that were done; `amend` may change the state after each frame. */
function judgeFrom(
  observations: readonly Observation[],
  plan: Plan,
  settings?: Partial<Settings>,
  amend = (state: LivenessState, _seen: Observation) => state,
): Ended {
  let state = begin(plan, settings);
  for (const observation of observations) {
    const { state: next, verdict } = step(state, observation);
    if (verdict) return { verdict, done: next.motions.length };
    state = amend(next, observation);
  }
  return { verdict: expire(state, Number.POSITIVE_INFINITY).verdict!, done: state.motions.length };
}

/** Between two challenges: the next prompt, once the head is in none of the motions any more. */
function promptAtOnce(state: LivenessState, { face, at }: Observation): LivenessState {
  const { phase, plan, neutral, settings } = state;
  if (phase.kind !== 'look' || phase.step === 0 || phase.step === plan.steps.length || !face) return state;
  const moving = Object.values(CHALLENGES).some((each) =>
    isReached(each, motionOf(each, face.pose, neutral.pose), settings),
  );
  return moving ? state : newChallenge(state, phase.step, at).state;
}
