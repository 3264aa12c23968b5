import type { Random } from '../../hardware/simulated/random.ts';
import type { AssistanceKind, Observation } from '../../liveness/contract.ts';
import { drawPlan, type FailReason, type Plan, type Signal } from '../../liveness/index.ts';
import type { Kind } from './attacks.ts';
import { type Directed, misdirect, splice, swap } from './directed.ts';
import { type Look, perform, type Session, withoutPad } from './perform.ts';
import { drawTiming, type Timing } from './recipe.ts';
import { createTamper } from './tamper.ts';

export type Result = {
  readonly kind: string;
  readonly way: 'pixels' | 'composed';
  readonly accepted: boolean;
  /** The same, with the PAD network silenced. */
  readonly acceptedUnpadded: boolean;
  readonly reasons: readonly FailReason[];
  readonly unpadded: readonly FailReason[];
  readonly signals: readonly Signal[];
  readonly seed: number;
};

/** What a trial is made of. Each call sets a fresh scene; `other`: another sitting of the same person, or another person. */
export type Cast<Seen> = {
  readonly main: () => Promise<Directed<Seen>> | Directed<Seen>;
  readonly sitting: () => Promise<Directed<Seen>> | Directed<Seen>;
  readonly stranger: () => Promise<Directed<Seen>> | Directed<Seen>;
  /** A fresh pair of eyes: it follows a face from picture to picture. */
  readonly look: () => Look<Seen>;
};

/** One session of this kind, with a plan, times and mischief drawn at random. */
export async function runTrial<Seen>(
  kind: Kind,
  cast: Cast<Seen>,
  random: Random,
  assistance: AssistanceKind = 'none',
): Promise<TrialOutcome> {
  const plan = drawPlan(random, [], assistance);
  const timing = drawTiming(random);
  if (kind.play === 'next-plan' || kind.play === 'same-plan') return replay(kind, cast, plan, timing, random);
  const source = await sourceOf(kind, cast);
  const tamper = createTamper(kind.meddling, random);
  return judgeBoth(plan, await perform(source, cast.look(), plan, timing, random, tamper));
}

type TrialOutcome = Pick<Result, 'accepted' | 'acceptedUnpadded' | 'reasons' | 'unpadded' | 'signals'>;

async function sourceOf<Seen>({ play }: Kind, cast: Cast<Seen>): Promise<Directed<Seen>> {
  const main = await cast.main();
  switch (play) {
    case 'misdirect':
      return misdirect(main);
    case 'one-sitting':
      return splice(main, await cast.main());
    case 'two-sittings':
      return splice(main, await cast.sitting());
    case 'swap':
      return swap(main, await cast.stranger());
    case 'swap-motions':
      return splice(main, await cast.stranger());
    default:
      return main;
  }
}

/** First the session that the attacker films, then its film before the next plan, or before the same again. */
async function replay<Seen>(
  kind: Kind,
  cast: Cast<Seen>,
  plan: Plan,
  timing: Timing,
  random: Random,
): Promise<TrialOutcome> {
  const filmed = await perform(await cast.main(), cast.look(), plan, timing, random);
  const asked = kind.play === 'same-plan' ? plan : drawPlan(random, [plan], plan.assistance);
  // A session that was refused at once makes a short film.
  const start = kind.play === 'same-plan' ? 0 : Math.floor(random() * Math.min(10, filmed.transcript.length));
  return judgeBoth(asked, await perform(film(filmed.transcript.slice(start)), restamp, asked, timing, random));
}

/** Plays what was observed, by its own time, again and again. */
function film(transcript: readonly Observation[]): Directed<Observation> {
  const first = transcript[0]!.at;
  const length = transcript.at(-1)!.at - first + 60;
  return {
    direct: () => undefined,
    shoot: (at) => transcript.findLast((one) => one.at - first <= at % length) ?? transcript[0]!,
  };
}

const restamp: Look<Observation> = (seen, when) => ({ ...seen, ...when });

/** PAD is weighed at the end and steers nothing before: where it did not fail, the verdict is the same without it. */
function judgeBoth(plan: Plan, { verdict, transcript }: Session): TrialOutcome {
  const failed = !verdict.live && verdict.reasons.includes('pad-attack');
  const blind = failed ? withoutPad(plan, transcript) : verdict;
  return {
    accepted: verdict.live,
    acceptedUnpadded: blind.live,
    reasons: verdict.live ? [] : verdict.reasons,
    unpadded: blind.live ? [] : blind.reasons,
    signals: verdict.signals,
  };
}
