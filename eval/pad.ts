import { join } from 'node:path';
import type { Observation } from '../liveness/contract.ts';
import { isFrontal } from '../liveness/guidance.ts';
import { DEFAULTS } from '../liveness/settings.ts';
import type { SeenFilm } from './film.ts';
import { type Eyes, lookAt } from './look.ts';
import type { Progress } from './progress.ts';
import { auc, mean, type Rate, rateOf } from './statistics.ts';
import { readTable } from './tables.ts';

/** PAD scores of one kind of picture. */
export type PadGroup = {
  /** E.g. `nuaa print`, `phone_replay.mp4`, and which frames. */
  readonly name: string;
  readonly live: boolean;
  /** Attacks: APCER, the share at or above the threshold. Live people: BPCER, the share below it. */
  readonly error: Rate;
  /** Pictures without a face: not scored. */
  readonly faceless: number;
  readonly meanScore: number;
};

export type PadResult = {
  readonly threshold: number;
  readonly groups: readonly PadGroup[];
  /** Live against attack, of groups that were made in the same way. */
  readonly aucs: readonly { readonly live: string; readonly attack: string; readonly auc: number }[];
};

/** Scores of a group before they are judged; undefined: no face. */
export type Scored = {
  readonly name: string;
  readonly live: boolean;
  readonly scores: readonly (number | undefined)[];
};

/** NUAA: live people and printed photos of them before a webcam. */
export async function scoreNuaa(directory: string, eyes: Eyes, progress: Progress): Promise<Scored[]> {
  const rows = await readTable(directory, 'nuaa');
  const scores: { live: boolean; score: number | undefined }[] = [];
  for (const [index, { file, live }] of rows.entries()) {
    const look = await lookAt(eyes, join(directory, 'spoof', file));
    scores.push({ live, score: look && (await eyes.models.pad(look.picture, look.box)) });
    progress('PAD nuaa', index + 1, rows.length);
  }
  return [true, false].map((live) => ({
    name: live ? 'nuaa live' : 'nuaa print',
    live,
    scores: scores.filter((each) => each.live === live).map((each) => each.score),
  }));
}

/** Each film twice: every frame, and the frontal ones, which alone count for the verdict. */
export function scoreFilms(films: readonly SeenFilm[]): Scored[] {
  const score = ({ face }: Observation) => face?.pad;
  return films.flatMap(({ file, live, observations }) => [
    { name: `${file}, all frames`, live, scores: observations.map(score) },
    {
      name: `${file}, frontal frames`,
      live,
      scores: observations.filter(({ face }) => face && isFrontal(face, DEFAULTS)).map(score),
    },
  ]);
}

/** Pure: errors at the threshold, and how well each live group stands apart from each attack of its kind. */
export function judgePad(groups: readonly Scored[], threshold: number): PadResult {
  const seen = (group: Scored) => group.scores.filter((score) => score !== undefined);
  const judged = groups.map((group) => {
    const scores = seen(group);
    const wrong = scores.filter((score) => score >= threshold !== group.live).length;
    return {
      name: group.name,
      live: group.live,
      error: rateOf(wrong, scores.length),
      faceless: group.scores.length - scores.length,
      meanScore: mean(scores),
    };
  });
  const aucs = groups
    .filter((group) => group.live)
    .flatMap((live) =>
      groups
        .filter((attack) => !attack.live && kindOf(attack) === kindOf(live))
        .map((attack) => ({ live: live.name, attack: attack.name, auc: auc(seen(live), seen(attack)) })),
    );
  return { threshold, groups: judged, aucs };
}

const kindOf = ({ name }: Scored) =>
  name.endsWith(', all frames') ? 'all' : name.endsWith(', frontal frames') ? 'frontal' : 'still';
