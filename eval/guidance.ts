import { join } from 'node:path';
import { wearGlasses } from '../hardware/simulated/circumstance.ts';
import { MASK_COLOURS, wearMask, wearSunglasses } from '../hardware/simulated/worn.ts';
import type { FaceObservation, Hint } from '../liveness/contract.ts';
import { coverHint, isFrontal, lightHint } from '../liveness/guidance.ts';
import { DEFAULTS } from '../liveness/settings.ts';
import type { Picture } from '../models/contract.ts';
import { measureCover } from '../models/cover.ts';
import { EvaluationError } from './errors.ts';
import type { SeenFilm } from './film.ts';
import { type Eyes, type Look, lookAt, lookAtPicture } from './look.ts';
import { truncatedIn } from './matching.ts';
import type { Progress } from './progress.ts';
import { type Rate, rateOf } from './statistics.ts';
import { type PairRow, readTable } from './tables.ts';

/** What frontal faces were told about light and about what covers them. */
export type Told = {
  readonly name: string;
  /** Are mouths told by their colour here? */
  readonly colour: boolean;
  readonly faces: number;
  readonly hints: Readonly<Partial<Record<Hint, Rate>>>;
};

export type GuidanceResult = {
  /** Bona fide faces, whom no hint ought to trouble, by set; `LFW` holds people who do wear sunglasses. */
  readonly bonaFide: readonly Told[];
  /** Bona fide faces of all colour sets that were asked to take something off. */
  readonly askedToUncover: Rate;
  /** The same faces, something painted on them: each ought to be asked to take it off, and clear glasses not. */
  readonly worn: readonly Told[];
};

type Wear = (face: { readonly picture: Picture; readonly points: Float32Array }) => { readonly picture: Picture };

const WORN: Readonly<Record<string, Wear>> = {
  'clear glasses': (face) => wearGlasses({ ...face, triangles: new Uint16Array() }),
  sunglasses: wearSunglasses,
  ...Object.fromEntries(
    Object.entries(MASK_COLOURS).map(([name, colour]): [string, Wear] => [
      `${name} mask`,
      (face) => wearMask(face, colour),
    ]),
  ),
};
/** Of NUAA's 30 pictures of a person every so many is painted on. */
const NUAA = 'NUAA, live';
const STRIDE = 3;
/** Labels that count as frontal, degrees. */
const NEAR = 15;

/** Hints about light and cover; those about size and place depend on how a set was cut out. */
export async function measureGuidance(
  directory: string,
  eyes: Eyes,
  films: readonly SeenFilm[],
  progress: Progress,
): Promise<GuidanceResult> {
  const sets = await stillsOf(directory);
  const bonaFide: Told[] = [];
  const worn = new Map<string, (Hint | undefined)[]>(Object.keys(WORN).map((name) => [name, []]));
  for (const [index, { name, files, colour }] of sets.entries()) {
    const told: (Hint | undefined)[] = [];
    for (const [number, file] of files.entries()) {
      const look = await lookAt(eyes, join(directory, file));
      const face = look && describe(look);
      if (!face || !isFrontal(face, DEFAULTS)) continue;
      told.push(hintTo(face));
      if (colour && (name !== NUAA || number % STRIDE === 0)) await dress(eyes, look, worn);
    }
    bonaFide.push(count(name, colour, told));
    progress('guidance', index + 1, sets.length);
  }
  bonaFide.push(...films.filter(({ live }) => live).map(toldIn));
  return {
    bonaFide,
    askedToUncover: uncovered(bonaFide),
    worn: [...worn].map(([name, told]) => count(name, true, told)),
  };
}

type StillSet = { readonly name: string; readonly colour: boolean; readonly files: readonly string[] };

/** The sets that DIR holds. @throws EvaluationError `data-missing` when it holds none. */
async function stillsOf(directory: string): Promise<StillSet[]> {
  const loads = [
    () => frontalPoses(directory),
    () => wholeFaces(directory),
    () => livePeople(directory),
    () => greyFaces(directory),
  ];
  const sets: StillSet[] = [];
  let missing: EvaluationError | undefined;
  for (const load of loads) {
    try {
      sets.push(await load());
    } catch (error) {
      if (!(error instanceof EvaluationError && error.code === 'data-missing')) throw error;
      missing = error;
    }
  }
  if (sets.length === 0 && missing) throw missing;
  return sets;
}

async function frontalPoses(directory: string): Promise<StillSet> {
  const rows = await readTable(directory, 'poses');
  const frontal = rows.filter((row) => Math.abs(row.pan_deg) <= NEAR && Math.abs(row.tilt_up_deg) <= NEAR);
  return { name: 'Pointing’04, frontal', colour: true, files: frontal.map(({ file }) => join('headpose', file)) };
}

async function wholeFaces(directory: string): Promise<StillSet> {
  const rows = await readTable(directory, 'casia');
  const cut = truncatedIn(rows);
  return {
    name: 'CASIA, whole',
    colour: true,
    files: paired(rows)
      .filter((file) => !cut.has(file))
      .map(inPairs),
  };
}

async function livePeople(directory: string): Promise<StillSet> {
  const live = (await readTable(directory, 'nuaa')).filter((row) => row.live);
  return { name: NUAA, colour: true, files: live.map(({ file }) => join('spoof', file)) };
}

async function greyFaces(directory: string): Promise<StillSet> {
  return { name: 'LFW, grey', colour: false, files: paired(await readTable(directory, 'lfw')).map(inPairs) };
}

const paired = (rows: readonly PairRow[]) => [...new Set(rows.flatMap(({ a, b }) => [a, b]))].sort();
const inPairs = (file: string) => join('pairs', file);

function describe({ picture, mesh, box, pose, quality }: Look): FaceObservation {
  return { track: 1, box, points: [], pose, quality: { ...quality, ...measureCover(picture, mesh, box.width) } };
}

const hintTo = (face: FaceObservation): Hint | undefined => coverHint(face, DEFAULTS) ?? lightHint(face, DEFAULTS);

/** Adds what this face is told in each of the things that can be painted on; who is not found frontal is left out. */
async function dress(eyes: Eyes, { picture, mesh }: Look, worn: ReadonlyMap<string, (Hint | undefined)[]>) {
  for (const [name, wear] of Object.entries(WORN)) {
    const look = await lookAtPicture(eyes, wear({ picture, points: mesh.points }).picture);
    const face = look && look.mesh.presence >= 0.5 ? describe(look) : undefined;
    if (face && isFrontal(face, DEFAULTS)) worn.get(name)!.push(hintTo(face));
  }
}

function toldIn({ file, observations }: SeenFilm): Told {
  const frontal = observations.flatMap(({ face }) => (face && isFrontal(face, DEFAULTS) ? [face] : []));
  return count(file, true, frontal.map(hintTo));
}

function count(name: string, colour: boolean, told: readonly (Hint | undefined)[]): Told {
  const kinds = [...new Set(told.filter((hint) => hint !== undefined))].sort();
  const share = (hint: Hint) => rateOf(told.filter((each) => each === hint).length, told.length);
  return { name, colour, faces: told.length, hints: Object.fromEntries(kinds.map((hint) => [hint, share(hint)])) };
}

function uncovered(sets: readonly Told[]): Rate {
  const coloured = sets.filter(({ colour }) => colour);
  const asked = coloured.map(
    ({ hints }) => (hints['take-off-mask']?.hits ?? 0) + (hints['take-off-sunglasses']?.hits ?? 0),
  );
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  return rateOf(sum(asked), sum(coloured.map(({ faces }) => faces)));
}
