import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HardwareError } from '../hardware/contract.ts';
import { DEFAULTS } from '../liveness/settings.ts';
import { ModelError } from '../models/contract.ts';
import { loadManifest } from '../models/manifest.ts';
import { EvaluationError } from './errors.ts';
import { watchFilms } from './film.ts';
import { type FilmResult, judgeFilms } from './films.ts';
import { type GuidanceResult, measureGuidance } from './guidance.ts';
import type { Eyes } from './look.ts';
import { type MatchingResult, measureMatching } from './matching.ts';
import { judgePad, type PadResult, scoreFilms, scoreNuaa } from './pad.ts';
import { measurePose, type PoseResult } from './pose.ts';
import type { Progress } from './progress.ts';
import { TABLES } from './tables.ts';

/** All that a run measured; a part that DIR does not hold is absent. */
export type Measured = {
  readonly pose?: PoseResult;
  readonly casia?: MatchingResult;
  readonly lfw?: MatchingResult;
  readonly pad?: PadResult;
  readonly films?: readonly FilmResult[];
  readonly guidance?: GuidanceResult;
  /** What was not measured, and why. */
  readonly leftOut: readonly { readonly part: string; readonly why: string }[];
};

/**
 * Measures everything that DIR has the data for, in a fixed order.
 * @throws EvaluationError `data-missing` when there is no DIR or nothing in it; ModelError when a model fails.
 */
export async function measure(directory: string, eyes: Eyes, progress: Progress): Promise<Measured> {
  await checkDirectory(directory);
  const leftOut: { part: string; why: string }[] = [];
  const part = async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!isMissing(error)) throw error;
      leftOut.push({ part: name, why: `${error.code}: ${error.message}` });
      return undefined;
    }
  };
  // The comparison with the authorities' picture, and the session's own: is it still the same person?
  const shipped = [thresholdOf('embedder-mobilefacenet'), DEFAULTS.sameFace];
  const pose = await part('pose', () => measurePose(directory, eyes, progress));
  const casia = await part('matching casia', () => measureMatching(directory, 'casia', shipped, eyes, progress));
  const lfw = await part('matching lfw', () => measureMatching(directory, 'lfw', shipped, eyes, progress));
  const nuaa = await part('PAD nuaa', () => scoreNuaa(directory, eyes, progress));
  const films = await part('films', () => watchFilms(directory, eyes, progress));
  const guidance = await part('guidance', () => measureGuidance(directory, eyes, films ?? [], progress));
  const scored = [...(nuaa ?? []), ...(films ? scoreFilms(films) : [])];
  return {
    ...(pose && { pose }),
    ...(casia && { casia }),
    ...(lfw && { lfw }),
    ...(scored.length > 0 && { pad: judgePad(scored, thresholdOf('pad-minifasnet')) }),
    ...(films && { films: judgeFilms(films, progress) }),
    ...(guidance && { guidance }),
    leftOut,
  };
}

async function checkDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined);
  if (!found?.isDirectory()) throw new EvaluationError('data-missing', `there is no folder ${directory}`);
  const tables = Object.values(TABLES).map(({ path }) =>
    access(join(directory, path)).then(
      () => path,
      () => undefined,
    ),
  );
  if ((await Promise.all(tables)).some((path) => path !== undefined)) return;
  const names = Object.values(TABLES).map(({ path }) => path);
  throw new EvaluationError('data-missing', `${directory} holds none of ${names.join(', ')}`);
}

/** Data or a program that is not on this machine; anything else is a fault and ends the run. */
function isMissing(error: unknown): error is EvaluationError | HardwareError | ModelError {
  if (error instanceof EvaluationError) return error.code === 'data-missing';
  return error instanceof HardwareError && error.code === 'program-missing';
}

/**
 * A shipped threshold, from the models' manifest.
 * @throws ModelError `model-corrupt` where the manifest has none.
 */
function thresholdOf(id: string): number {
  const threshold = loadManifest().entries.find((entry) => entry.id === id)?.threshold;
  if (!threshold) throw new ModelError('model-corrupt', `models/manifest.json: ${id} has no threshold`);
  return threshold.value;
}
