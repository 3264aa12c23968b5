import type { Box } from '../../models/contract.ts';
import { CHALLENGES } from '../challenges/index.ts';
import type { FaceObservation, Observation, Plan, Prompt, Verdict } from '../contract.ts';
import { begin, expire, step } from '../session.ts';
import type { Settings } from '../settings.ts';
import type { Step, Wants } from '../state.ts';
import { headVertices, project } from './head.ts';
import { type Random, seeded, unitVector } from './random.ts';

/** Where a head points: real degrees, signs of `Pose`. */
export type Aim = { readonly yaw: number; readonly pitch: number };

/** A person before a camera, as far as the observations show one. */
export type Person = {
  readonly seed: number;
  readonly fps: number;
  /** 1 is usual: 70 °/s, prompt to motion 500 ms. */
  readonly speed: number;
  /** Real degrees of a turn and of a nod. */
  readonly turn: number;
  readonly nod: number;
  /** The mesh reads this share of a real pitch. */
  readonly pitchGain: number;
  /** Standard deviations of points, pixels, and of angles, degrees. */
  readonly pixelNoise: number;
  readonly angleNoise: number;
  /** How the person stands when asked to look straight. */
  readonly rest: Aim;
  /** Centimetres from the camera. */
  readonly distance: number;
  readonly vertices: ReturnType<typeof headVertices>;
  /** Who it is: the same number, the same embedding but for noise. */
  readonly identity: number;
  readonly pad: number;
  readonly sharpness: number;
  /** What the person does when told this; `at` is milliseconds since the start. */
  readonly aim: (prompt: Prompt, person: Person, at: number) => Aim;
  /** Last word on what the camera delivers; nothing is a lost frame. */
  readonly alter: (observation: Observation, scene: Scene) => Observation | undefined;
};

export type Scene = {
  readonly prompt: Prompt;
  readonly wants: Wants;
  readonly at: number;
  readonly past: readonly Observation[];
};

export const PERSON: Person = {
  seed: 1,
  fps: 15,
  speed: 1,
  turn: 30,
  nod: 25,
  pitchGain: 0.6,
  pixelNoise: 0.4,
  angleNoise: 0.4,
  rest: { yaw: 2, pitch: -5 },
  distance: 60,
  vertices: headVertices(),
  identity: 1,
  pad: 0.9,
  sharpness: 120,
  aim: obey,
  alter: (observation) => observation,
};

export type Session = {
  readonly observations: readonly Observation[];
  readonly steps: readonly Step[];
  readonly verdict: Verdict;
};

const [WIDTH, HEIGHT, FOCAL] = [640, 480, 560];

/** Lets the person go through the session, frame by frame, until its verdict. */
export function perform(plan: Plan, traits: Partial<Person> = {}, settings: Partial<Settings> = {}): Session {
  const person = { ...PERSON, ...traits };
  const random = seeded(person.seed);
  const observations: Observation[] = [];
  const steps: Step[] = [];
  let latest: Pick<Step, 'state' | 'prompt' | 'wants' | 'verdict'> = {
    state: begin(plan, settings),
    prompt: { kind: 'look', done: 0, of: plan.steps.length },
    wants: { pad: false, embedding: false },
  };
  const told: { at: number; prompt: Prompt }[] = [{ at: 0, prompt: latest.prompt }];
  let head: Aim = person.rest;
  for (let seq = 0, at = 0; latest.verdict === undefined; seq++) {
    if (at > plan.totalLimitMs + 5_000) return { observations, steps, verdict: expire(latest.state, at).verdict! };
    const interval = (1000 / person.fps) * (0.8 + 0.4 * random());
    const heard = told.findLast((one) => one.at + 500 / person.speed <= at) ?? told[0]!;
    head = moveTo(head, person.aim(heard.prompt, person, at), (70 * person.speed * interval) / 1000);
    const plain = observe(person, head, { seq, at: Math.round(at * 10) / 10 }, latest.wants, random);
    const seen = person.alter(plain, { prompt: latest.prompt, wants: latest.wants, at, past: observations });
    at += interval;
    if (seen === undefined) continue;
    observations.push(seen);
    const next = step(latest.state, seen);
    steps.push(next);
    latest = next;
    told.push({ at, prompt: next.prompt });
  }
  return { observations, steps, verdict: latest.verdict };
}

/** Does what it is told, in the person's own way. */
export function obey(prompt: Prompt, person: Person): Aim {
  if (prompt.kind !== 'challenge') return person.rest;
  const { axis, sign } = CHALLENGES[prompt.challenge];
  const { yaw, pitch } = person.rest;
  return axis === 'yaw' ? { yaw: yaw + sign * person.turn, pitch } : { yaw, pitch: pitch + sign * person.nod };
}

function moveTo(from: Aim, to: Aim, furthest: number): Aim {
  const [yaw, pitch] = [to.yaw - from.yaw, to.pitch - from.pitch];
  const share = Math.min(1, furthest / Math.max(1e-9, Math.hypot(yaw, pitch)));
  return { yaw: from.yaw + share * yaw, pitch: from.pitch + share * pitch };
}

function observe(
  person: Person,
  head: Aim,
  when: { seq: number; at: number },
  wants: Wants,
  random: Random,
): Observation {
  const centre = { x: WIDTH / 2 + 3 * random.normal(), y: HEIGHT / 2 + 3 * random.normal() };
  const exact = project(person.vertices, { ...head, distance: person.distance, focal: FOCAL, centre });
  const points = exact.map((value) => Math.round((value + person.pixelNoise * random.normal()) * 10) / 10);
  const degrees = (angle: number) => Math.round((angle + person.angleNoise * random.normal()) * 100) / 100;
  const face: FaceObservation = {
    track: 1,
    box: boxOf(points),
    points,
    pose: { yaw: degrees(head.yaw), pitch: degrees(head.pitch * person.pitchGain), roll: degrees(0) },
    quality: { sharpness: person.sharpness * (0.9 + 0.2 * random()), brightness: 120, surround: 110, inside: 1 },
    ...(wants.pad && { pad: Math.min(1, Math.max(0, person.pad + 0.05 * random.normal())) }),
    ...(wants.embedding && { embedding: embeddingOf(person.identity, head, random) }),
  };
  return { ...when, width: WIDTH, height: HEIGHT, faces: 1, face, hash: hex(random), digest: hex(random) };
}

/** Cosine to another of the same person about 0.8, less when turned; to somebody else's about 0. */
export function embeddingOf(identity: number, head: Aim, random: Random): readonly number[] {
  const own = unitVector(seeded(1000 + identity), 512);
  const noise = unitVector(random, 512);
  const strength = 0.5 + Math.hypot(head.yaw, head.pitch) / 45;
  const mixed = own.map((value, index) => value + strength * noise[index]!);
  const length = Math.hypot(...mixed);
  return mixed.map((value) => value / length);
}

function boxOf(points: readonly number[]): Box {
  const xs = points.filter((_, index) => index % 3 === 0);
  const ys = points.filter((_, index) => index % 3 === 1);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function hex(random: Random): string {
  const half = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return half() + half();
}
