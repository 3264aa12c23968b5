import type { StageDirection } from '../../hardware/contract.ts';
import type { Subject } from '../../hardware/simulated/subject.ts';
import type { Observer } from '../../kiosk/observe/observer.ts';
import type { ChallengeKind, Observation } from '../../liveness/index.ts';
import { HEIGHT, WIDTH } from './scene.ts';

/** One motion within a take, milliseconds: told at `from`, told to come back at `back`, straight again at `end`. */
export type Part = { readonly from: number; readonly back: number; readonly end: number };

/** A scene that was rendered and observed once, doing everything that can be asked for. */
export type Take = {
  readonly frames: readonly Observation[];
  readonly look: { readonly from: number; readonly end: number };
  readonly parts: Readonly<Record<ChallengeKind, Part>>;
};

/** Pictures in the time that a usual person takes for a second of it. */
const RATE = 13;
const LOOK_MS = 1800;
const ORDER: readonly ChallengeKind[] = ['turn-left', 'nod-down', 'turn-right', 'nod-up'];

/** Renders and observes the scene; `speed` is the scene's own, so that each motion has the time it needs. */
export async function recordTake(subject: Subject, observer: Observer, speed: number): Promise<Take> {
  const outMs = 1850 / speed;
  const backMs = 1600 / speed + 250;
  const parts = {} as Record<ChallengeKind, Part>;
  const cues: { readonly at: number; readonly direction: StageDirection }[] = [{ at: 0, direction: 'look' }];
  let time = LOOK_MS;
  for (const challenge of ORDER) {
    parts[challenge] = { from: time, back: time + outMs, end: time + outMs + backMs };
    cues.push({ at: time, direction: challenge }, { at: time + outMs, direction: 'look' });
    time += outMs + backMs;
  }
  const frames: Observation[] = [];
  const interval = 1000 / (RATE * Math.min(1.3, Math.max(0.6, speed)));
  for (let seq = 0; seq * interval <= time; seq++) {
    const at = seq * interval;
    while (cues.length > 0 && cues[0]!.at <= at) subject.direct(cues.shift()!.direction, at);
    const image = { kind: 'rgb' as const, data: subject.shoot(at) };
    const wants = { pad: seq % 4 === 0, embedding: seq % 4 === 2 };
    frames.push((await observer.observe({ seq, at, width: WIDTH, height: HEIGHT, image }, wants)).observation);
  }
  return { frames, look: { from: 0, end: LOOK_MS }, parts };
}
