import { gaussian, type Random } from '../../hardware/simulated/random.ts';
import type { FaceObservation, Observation } from '../../liveness/contract.ts';
import type { ChallengeKind, Wants } from '../../liveness/index.ts';
import type { Directed } from './directed.ts';
import type { When } from './perform.ts';
import type { Part, Take } from './take.ts';

/** A place in a take, milliseconds; on the way from another, `come` (0…1) of it is done. */
export type Place = { readonly take: Take; readonly at: number; readonly from?: number; readonly come?: number };

/** A body stands a little otherwise at a motion's end than at the next look's beginning: it gets there in this time. */
const SETTLE = 600;

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
  let left: { readonly place: number; readonly at: number } | undefined;

  function enter(next: Scene, at: number): void {
    left = { place: placeAt(at), at };
    scene = next;
  }

  function placeAt(at: number): number {
    const played = (at - scene.since) * rate;
    if (scene.kind === 'out') return Math.min(scene.part.back, scene.part.from + played);
    if (scene.kind === 'back') return Math.min(scene.part.end, scene.part.back + played);
    const length = take.look.end - take.look.from;
    const phase = played % (2 * length);
    return take.look.from + (phase < length ? phase : 2 * length - phase);
  }

  function advance(at: number): void {
    if (scene.kind === 'out' && wanted === undefined && at - scene.since >= (scene.part.back - scene.part.from) / rate)
      scene = { kind: 'back', part: scene.part, since: at };
    if (scene.kind === 'back' && at - scene.since >= (scene.part.end - scene.part.back) / rate)
      enter({ kind: 'look', since: at }, at);
    if (scene.kind === 'look' && wanted !== undefined) enter({ kind: 'out', part: take.parts[wanted], since: at }, at);
  }

  return {
    direct(direction, at) {
      wanted = direction === 'look' || direction === 'idle' ? undefined : direction;
      advance(at);
    },
    shoot(at) {
      advance(at);
      const place: Place = { take, at: placeAt(at) };
      if (left === undefined || at - left.at >= SETTLE) return place;
      const share = (at - left.at) / SETTLE;
      return { ...place, from: left.place, come: share * share * (3 - 2 * share) };
    },
  };
}

/** Standard deviations that are added to what lies between two observed pictures: pixels, degrees. */
const NOISE = { points: 0.25, angles: 0.2 };

/** What a picture at this place of the take would have said: between its neighbours, with fresh noise. */
export function createLook(random: Random): (place: Place, when: When, wants: Wants) => Observation {
  return ({ take, at, from, come }, when, wants) => {
    const { frames } = take;
    const here = between(frames, at);
    const seen = from === undefined ? here : mix(between(frames, from), here, come ?? 1);
    const { face, ...rest } = seen;
    return {
      ...rest,
      ...when,
      digest: hex(random),
      ...(face && { face: { ...grain(face, random), ...costly(frames, after(frames, at), wants) } }),
    };
  };
}

/** The number of the frame that follows, at least 1. */
function after(frames: readonly Observation[], at: number): number {
  const found = frames.findIndex((frame) => frame.at >= at);
  return found < 0 ? frames.length - 1 : Math.max(1, found);
}

function between(frames: readonly Observation[], at: number): Observation {
  const next = after(frames, at);
  const [a, b] = [frames[next - 1]!, frames[next]!];
  return mix(a, b, Math.max(0, Math.min(1, (at - a.at) / (b.at - a.at))));
}

/** Numbers go over smoothly; what is no number, or there in one of the two only, belongs to the nearer. */
function mix(a: Observation, b: Observation, share: number): Observation {
  const near = share < 0.5 ? a : b;
  const hash = mixHashes(a.hash, b.hash, share);
  return a.face && b.face && near.face
    ? { ...near, hash, face: mixFaces(a.face, b.face, share, near.face) }
    : { ...near, hash };
}

/** One part of the picture changes sooner, another later: digit by digit, in a fixed order. */
function mixHashes(a: string, b: string, share: number): string {
  return [...a].map((digit, i) => (share > (((i * 7) % 16) + 0.5) / 16 ? b[i] : digit)).join('');
}

function mixFaces(a: FaceObservation, b: FaceObservation, share: number, near: FaceObservation): FaceObservation {
  const mean = (x: number, y: number) => x + (y - x) * share;
  const each = <T extends object>(x: T, y: T) =>
    Object.fromEntries(Object.entries(x).map(([key, value]) => [key, mean(value, y[key as keyof T] as number)])) as T;
  return {
    track: near.track,
    box: each(a.box, b.box),
    points: a.points.map((value, index) => mean(value, b.points[index]!)),
    pose: each(a.pose, b.pose),
    quality: each(a.quality, b.quality),
  };
}

/** The mesh's own unrest, which is lost between two pictures; rounded as the observer rounds. */
function grain(face: FaceObservation, random: Random): FaceObservation {
  const tenth = (value: number, noise: number) => Math.round((value + noise * gaussian(random)) * 10) / 10;
  const { yaw, pitch, roll } = face.pose;
  return {
    ...face,
    points: face.points.map((value) => tenth(value, NOISE.points)),
    pose: { yaw: tenth(yaw, NOISE.angles), pitch: tenth(pitch, NOISE.angles), roll: tenth(roll, NOISE.angles) },
  };
}

/** PAD and embedding of the nearest picture that has them. */
function costly(frames: readonly Observation[], from: number, wants: Wants): Partial<FaceObservation> {
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
