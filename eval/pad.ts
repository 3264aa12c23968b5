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
  /** Groups of one kind are compared; `face`: part of another group, not compared. */
  readonly kind: 'still' | 'all' | 'frontal' | 'face';
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
    kind: 'still',
    scores: scores.filter((each) => each.live === live).map((each) => each.score),
  }));
}

/**
 * Each film twice: every frame, and the frontal ones, which alone count for the verdict. Of an attack film also each face
 * that was followed, since the attacker's own may be in the picture: look at the film to know which it is.
 */
export function scoreFilms(films: readonly SeenFilm[]): Scored[] {
  return films.flatMap(({ file, live, observations }) => {
    const group = (name: string, kind: Scored['kind'], frames: readonly Observation[]): Scored => ({
      name: `${file}, ${name}`,
      live,
      kind,
      scores: frames.map(({ face }) => face?.pad),
    });
    const frontal = observations.filter(({ face }) => face && isFrontal(face, DEFAULTS));
    const tracks = live ? [] : [...new Set(frontal.map(({ face }) => face!.track))];
    return [
      group('all frames', 'all', observations),
      group('frontal frames', 'frontal', frontal),
      ...tracks.map((track) => {
        const frames = frontal.filter(({ face }) => face!.track === track);
        const [first, last] = [frames[0]!.at, frames.at(-1)!.at].map((at) => (at / 1000).toFixed(1));
        return group(`of these face ${track}, ${first} to ${last} s`, 'face', frames);
      }),
    ];
  });
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
    .filter((group) => group.live && group.kind !== 'face')
    .flatMap((live) =>
      groups
        .filter((attack) => !attack.live && attack.kind === live.kind)
        .map((attack) => ({ live: live.name, attack: attack.name, auc: auc(seen(live), seen(attack)) })),
    );
  return { threshold, groups: judged, aucs };
}
