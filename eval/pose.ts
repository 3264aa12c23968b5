import { join } from 'node:path';
import { CHALLENGES } from '../liveness/challenges/index.ts';
import type { ChallengeKind } from '../liveness/contract.ts';
import { isNeutral, isReached, motionOf } from '../liveness/motion.ts';
import { DEFAULTS } from '../liveness/settings.ts';
import type { Pose } from '../models/contract.ts';
import { type Eyes, lookAt } from './look.ts';
import type { Progress } from './progress.ts';
import { type Interval, mean, meanError, pearson, pearsonInterval } from './statistics.ts';
import { type PoseRow, readTable, type SequenceRow } from './tables.ts';

/** One still: what the label says and what the mesh says, degrees. */
export type PosedStill = {
  readonly file: string;
  readonly person: string;
  /** The label, in the signs of `Pose`. */
  readonly label: { readonly yaw: number; readonly pitch: number };
  readonly pose: Pose;
};

export type Agreement = {
  readonly stills: number;
  readonly r: number;
  /** 95 % of r, by Fisher's z. */
  readonly interval: Interval;
  /** Mean absolute error, degrees. */
  readonly mae: number;
};

export type PoseRange = { readonly yaw: Agreement; readonly pitch: Agreement };

export type SequenceResult = {
  readonly sequence: string;
  readonly motion: SequenceRow['motion'];
  readonly expected: readonly ChallengeKind[];
  readonly recognised: readonly ChallengeKind[];
  readonly right: boolean;
};

export type PoseResult = {
  readonly stills: number;
  readonly missed: readonly string[];
  readonly all: PoseRange;
  /** |pan| ≤ 45°, |tilt| ≤ 30°. */
  readonly near: PoseRange;
  /** The near range relative to the mean of each person's own stills in it: no single still's label decides. */
  readonly centred: PoseRange;
  /** The near range once more, each person by himself and all but that person. */
  readonly people: readonly { readonly person: string; readonly alone: PoseRange; readonly without: PoseRange }[];
  readonly sequences: readonly SequenceResult[];
};

const NEAR = { pan: 45, tilt: 30 } as const;

/** Pointing'04: every still, and the stills in the order of a motion. */
export async function measurePose(directory: string, eyes: Eyes, progress: Progress): Promise<PoseResult> {
  const rows = await readTable(directory, 'poses');
  const stills: PosedStill[] = [];
  const missed: string[] = [];
  for (const [index, row] of rows.entries()) {
    const look = await lookAt(eyes, join(directory, 'headpose', row.file));
    if (look) stills.push(labelled(row, look.pose));
    else missed.push(row.file);
    progress('pose', index + 1, rows.length);
  }
  const poses = new Map(stills.map((still) => [still.file, still.pose]));
  const sequences = (await readTable(directory, 'sequences')).map((row) => recognise(row, poses));
  return { stills: rows.length, missed, ...compareWithLabels(stills), sequences };
}

function labelled(row: PoseRow, pose: Pose): PosedStill {
  // The label's pan < 0 faces the picture's right, as our yaw < 0 does.
  return { file: row.file, person: row.person, label: { yaw: row.pan_deg, pitch: row.tilt_up_deg }, pose };
}

/** Poses relative to the mean of each person's own stills at 0/0, against the labels; people without one are left out. */
export function compareWithLabels(
  stills: readonly PosedStill[],
): Pick<PoseResult, 'all' | 'near' | 'centred' | 'people'> {
  const people = [...new Set(stills.map((still) => still.person))].sort();
  const relative = people.flatMap((person) => relativeToNeutral(stills.filter((still) => still.person === person)));
  const near = relative.filter(({ label }) => Math.abs(label.yaw) <= NEAR.pan && Math.abs(label.pitch) <= NEAR.tilt);
  const centred = people.flatMap((person) => {
    const own = near.filter((still) => still.person === person);
    return relativeTo(own, own);
  });
  return {
    all: agreement(relative),
    near: agreement(near),
    centred: agreement(centred),
    people: people.map((person) => ({
      person,
      alone: agreement(near.filter((still) => still.person === person)),
      without: agreement(near.filter((still) => still.person !== person)),
    })),
  };
}

function relativeToNeutral(stills: readonly PosedStill[]): PosedStill[] {
  const neutral = stills.filter(({ label }) => label.yaw === 0 && label.pitch === 0);
  return neutral.length === 0 ? [] : relativeTo(neutral, stills);
}

function relativeTo(origin: readonly PosedStill[], stills: readonly PosedStill[]): PosedStill[] {
  const yaw = mean(origin.map((still) => still.pose.yaw));
  const pitch = mean(origin.map((still) => still.pose.pitch));
  return stills.map((still) => ({
    ...still,
    pose: { ...still.pose, yaw: still.pose.yaw - yaw, pitch: still.pose.pitch - pitch },
  }));
}

function agreement(stills: readonly PosedStill[]): PoseRange {
  const along = (axis: 'yaw' | 'pitch'): Agreement => {
    const [read, told] = [stills.map((still) => still.pose[axis]), stills.map((still) => still.label[axis])];
    const r = pearson(read, told);
    return { stills: stills.length, r, interval: pearsonInterval(r, stills.length), mae: meanError(read, told) };
  };
  return { yaw: along('yaw'), pitch: along('pitch') };
}

const EXPECTED: Readonly<Record<SequenceRow['motion'], readonly ChallengeKind[]>> = {
  'turn-(image-right)': ['turn-left'],
  'turn+(image-left)': ['turn-right'],
  'nod(down,up)': ['nod-down', 'nod-up'],
};

function recognise(row: SequenceRow, poses: ReadonlyMap<string, Pose>): SequenceResult {
  const expected = EXPECTED[row.motion];
  const recognised = motionsOf(row.files.map((file) => poses.get(file)));
  const right = recognised.length === expected.length && expected.every((kind, i) => kind === recognised[i]);
  return { sequence: row.sequence, motion: row.motion, expected, recognised, right };
}

/**
 * The motions in a row of stills, by the challenges' own criteria, relative to the first still: each challenge that is
 * reached, once for every time that the head leaves the neutral look. A still without a face shows nothing.
 */
export function motionsOf(poses: readonly (Pose | undefined)[]): ChallengeKind[] {
  const [neutral] = poses;
  if (!neutral) return [];
  const seen: ChallengeKind[] = [];
  let since: ChallengeKind[] = [];
  for (const pose of poses) {
    if (!pose) continue;
    if (isNeutral(pose, neutral, DEFAULTS)) since = [];
    const reached = Object.values(CHALLENGES).filter((each) =>
      isReached(each, motionOf(each, pose, neutral), DEFAULTS),
    );
    const fresh = reached.map((each) => each.kind).filter((kind) => !since.includes(kind));
    since = [...since, ...fresh];
    seen.push(...fresh);
  }
  return seen;
}
