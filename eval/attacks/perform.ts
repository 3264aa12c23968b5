import type { Random } from '../../hardware/simulated/random.ts';
import type { Observation } from '../../liveness/contract.ts';
import { begin, expire, judge, type Plan, step, type Verdict, type Wants } from '../../liveness/index.ts';
import { type Directed, directionOf } from './directed.ts';
import type { Timing } from './recipe.ts';

export type Session = { readonly verdict: Verdict; readonly transcript: readonly Observation[] };

/** One picture looked at: of a source that stands before the camera, or out of a take. */
export type Look<Seen> = (seen: Seen, when: When, wants: Wants) => Promise<Observation> | Observation;
export type When = { readonly seq: number; readonly at: number };

/** What an attacker in the line between camera and kiosk makes of an observation; nothing: the picture is held back. */
export type Tamper = (observation: Observation, past: readonly Observation[]) => Observation | undefined;

export const honest: Tamper = (observation) => observation;

/** A session in virtual time: the screen's words go to the source, its pictures to the liveness session, until the verdict. */
export async function perform<Seen>(
  source: Directed<Seen>,
  look: Look<Seen>,
  plan: Plan,
  timing: Timing,
  random: Random,
  tamper: Tamper = honest,
): Promise<Session> {
  const transcript: Observation[] = [];
  let state = begin(plan);
  let wants: Wants = { pad: true, embedding: true };
  source.direct('look', 0);
  const last = plan.totalLimitMs + 2000;
  for (let seq = 0, at = 0; at < last; seq++, at += (1000 / timing.fps) * (0.9 + 0.2 * random())) {
    const seen = source.shoot(at);
    if (seq > 0 && random() < timing.lost) continue;
    const observed = tamper(await look(seen, { seq, at: Math.round(at * 10) / 10 }, wants), transcript);
    if (observed === undefined) continue;
    transcript.push(observed);
    const next = step(state, observed);
    if (next.verdict) return { verdict: next.verdict, transcript };
    ({ state, wants } = next);
    source.direct(directionOf(next.prompt), at);
  }
  return { verdict: expire(state, Number.POSITIVE_INFINITY).verdict!, transcript };
}

/** The verdict on the same observations, had the PAD network always said "bona fide": what geometry and time alone see. */
export function withoutPad(plan: Plan, transcript: readonly Observation[]): Verdict {
  const blind = transcript.map((one) =>
    one.face?.pad === undefined ? one : { ...one, face: { ...one.face, pad: 1 } },
  );
  return judge(plan, blind);
}
