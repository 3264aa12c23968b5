import { gaussian, type Random } from '../../hardware/simulated/random.ts';
import type { FaceObservation, Observation } from '../../liveness/contract.ts';
import type { ChallengeKind, Wants } from '../../liveness/index.ts';
import type { Directed } from './directed.ts';
import type { When } from './perform.ts';
import type { Part, Take } from './take.ts';

/** A place in a take, milliseconds. */
export type Place = { readonly take: Take; readonly at: number };

/** Where the play stands: in the straight look, or in a motion that is under way since `since`. */
type Scene =
  | { readonly kind: 'look'; readonly since: number }
  | { readonly kind: 'out'; readonly part: Part; readonly since: number }
  | { readonly kind: 'back'; readonly part: Part; readonly since: number };

/**
 * Plays a take to the screen's words, `rate` times as fast as it was recorded: the straight look to and fro, and each
 * motion when it is asked for; it goes out in full before it comes back.
 */
export function createPlayer(take: Take, rate: number): Directed<Place> {
  let scene: Scene = { kind: 'look', since: 0 };
  let wanted: ChallengeKind | undefined;

  function advance(at: number): void {
    if (scene.kind === 'out' && wanted === undefined && at - scene.since >= (scene.part.back - scene.part.from) / rate)
      scene = { kind: 'back', part: scene.part, since: at };
    if (scene.kind === 'back' && at - scene.since >= (scene.part.end - scene.part.back) / rate)
      scene = { kind: 'look', since: at };
    if (scene.kind === 'look' && wanted !== undefined) scene = { kind: 'out', part: take.parts[wanted], since: at };
  }

  return {
    direct(direction, at) {
      wanted = direction === 'look' || direction === 'idle' ? undefined : direction;
      advance(at);
    },
    shoot(at) {
      advance(at);
      const played = (at - scene.since) * rate;
      if (scene.kind === 'out') return { take, at: Math.min(scene.part.back, scene.part.from + played) };
      if (scene.kind === 'back') return { take, at: scene.part.back + played };
      const length = take.look.end - take.look.from;
      const phase = played % (2 * length);
      return { take, at: take.look.from + (phase < length ? phase : 2 * length - phase) };
    },
  };
}

/** Standard deviations that are added to what lies between two observed pictures: pixels, degrees. */
const NOISE = { points: 0.25, angles: 0.2 };

/** What a picture at this place of the take would have said: between its neighbours, with fresh noise. */
export function createLook(random: Random): (place: Place, when: When, wants: Wants) => Observation {
  return ({ take, at }, { seq, at: time }, wants) => {
    const { frames } = take;
    const after = Math.max(
      1,
      Math.min(
        frames.length - 1,
        frames.findIndex((frame) => frame.at >= at),
      ),
    );
    const [a, b] = [frames[after - 1]!, frames[after]!];
    const share = Math.max(0, Math.min(1, (at - a.at) / (b.at - a.at)));
    const near = share < 0.5 ? a : b;
    const { face: _, ...rest } = near;
    const face = near.face && mix(a.face ?? near.face, b.face ?? near.face, share, near.face, random);
    return {
      ...rest,
      seq,
      at: time,
      digest: hex(random),
      ...(face && { face: { ...face, ...costly(frames, after, wants) } }),
    };
  };
}

function mix(a: FaceObservation, b: FaceObservation, share: number, near: FaceObservation, random: Random) {
  const between = (x: number, y: number, noise: number) =>
    Math.round((x + (y - x) * share + noise * gaussian(random)) * 10) / 10;
  const pose = (axis: 'yaw' | 'pitch' | 'roll') => between(a.pose[axis], b.pose[axis], NOISE.angles);
  const side = (name: 'x' | 'y' | 'width' | 'height') => between(a.box[name], b.box[name], 0);
  return {
    track: near.track,
    box: { x: side('x'), y: side('y'), width: side('width'), height: side('height') },
    points: a.points.map((value, index) => between(value, b.points[index]!, NOISE.points)),
    pose: { yaw: pose('yaw'), pitch: pose('pitch'), roll: pose('roll') },
    quality: near.quality,
  };
}

/** PAD and embedding of the nearest picture that has them. */
function costly(frames: readonly Observation[], from: number, wants: Wants) {
  const nearest = <K extends 'pad' | 'embedding'>(key: K) => {
    for (let away = 0; away <= 4; away++) {
      const found = frames[from - 1 - away]?.face?.[key] ?? frames[from + away]?.face?.[key];
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const pad = wants.pad ? nearest('pad') : undefined;
  const embedding = wants.embedding ? nearest('embedding') : undefined;
  return { ...(pad !== undefined && { pad }), ...(embedding && { embedding }) };
}

function hex(random: Random): string {
  const half = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return half() + half();
}
