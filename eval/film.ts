import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../hardware/clock.ts';
import type { Frame } from '../hardware/contract.ts';
import { openCamera } from '../hardware/index.ts';
import { createObserver } from '../kiosk/observe/observer.ts';
import type { Observation } from '../liveness/contract.ts';
import { EvaluationError } from './errors.ts';
import type { Eyes } from './look.ts';
import type { Progress } from './progress.ts';
import { type FilmRow, readTable } from './tables.ts';

/** A film as the kiosk's own observer sees it, PAD and embedding on every frame, whatever a session would ask for. */
export type SeenFilm = FilmRow & { readonly observations: readonly Observation[] };

/**
 * Observes every frame of every film of the table, at the film's own times.
 * @throws EvaluationError `data-missing`; HardwareError `program-missing` without ffmpeg, `camera-unreadable`.
 */
export async function watchFilms(directory: string, eyes: Eyes, progress: Progress): Promise<SeenFilm[]> {
  const films: SeenFilm[] = [];
  const rows = await readTable(directory, 'films');
  for (const [index, row] of rows.entries()) {
    films.push({ ...row, observations: await watchFilm(join(directory, 'videos', row.file), eyes) });
    progress('films', index + 1, rows.length);
  }
  return films;
}

async function watchFilm(path: string, { models, canonical }: Eyes): Promise<Observation[]> {
  await access(path).catch(() => {
    throw new EvaluationError('data-missing', `${path} is in its table and is not there`);
  });
  const observer = createObserver(models, { canonical });
  const observations: Observation[] = [];
  const frame = async (shown: Frame) => {
    const { observation } = await observer.observe(shown, { pad: true, embedding: true });
    observations.push(observation);
  };
  const camera = openCamera({ driver: 'file', path, pace: 'fast' }, { clock: systemClock });
  await camera.run({ frame, state: () => {} }, new AbortController().signal);
  return observations;
}
