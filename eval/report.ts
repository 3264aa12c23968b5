import { type Judgement, unexpected, unsatisfied } from './bars.ts';
import type { FilmResult, Judged } from './films.ts';
import type { GuidanceResult, Told } from './guidance.ts';
import type { Comparison, MatchingResult } from './matching.ts';
import type { Measured } from './measure.ts';
import type { PadResult } from './pad.ts';
import type { Agreement, PoseResult } from './pose.ts';
import type { Interval, Rate } from './statistics.ts';
import { formatTable } from './table.ts';

/** Everything that was measured, for a person to read. */
export function formatMeasured({ pose, casia, lfw, pad, films, guidance, leftOut }: Measured): string {
  const parts = [
    pose && formatPose(pose),
    casia && formatMatching('casia (Chinese)', casia),
    lfw && formatMatching('lfw', lfw),
    pad && formatPad(pad),
    films && formatFilms(films),
    guidance && formatGuidance(guidance),
    ...leftOut.map(({ part, why }) => `LEFT OUT  ${part}: ${why}`),
  ];
  return parts.filter((text) => text !== undefined).join('\n\n');
}

const percent = (share: number) => (Number.isFinite(share) ? `${(100 * share).toFixed(2)} %` : '–');
const within = ([low, high]: Interval, show = percent) => `${show(low)} … ${show(high)}`;
const three = (number: number) => (Number.isFinite(number) ? number.toFixed(3) : '–');
const counted = ({ rate, hits, of, interval }: Rate) => [percent(rate), `${hits}/${of}`, within(interval)];

function formatPose({ stills, missed, all, near, centred, people, sequences }: PoseResult): string {
  const row = (name: string, { stills: count, r, interval, mae }: Agreement) => [
    name,
    String(count),
    three(r),
    within(interval, three),
    `${mae.toFixed(1)}°`,
  ];
  const rows = [
    row('yaw, all stills', all.yaw),
    row('pitch, all stills', all.pitch),
    row('yaw, ±45° and ±30°', near.yaw),
    row('pitch, ±45° and ±30°', near.pitch),
    row('pitch, the same relative to own mean', centred.pitch),
    ...people.flatMap(({ person, alone, without }) => [
      row(`  pitch, person ${person} alone`, alone.pitch),
      row(`  pitch, all but person ${person}`, without.pitch),
    ]),
  ];
  const wrong = sequences.filter((each) => !each.right);
  return [
    `POSE  relative to each person's own neutral still; ${stills} stills, ${missed.length} without a face`,
    formatTable(['', 'stills', 'r', '95 %', 'MAE'], rows),
    `sequences recognised: ${sequences.length - wrong.length} of ${sequences.length}`,
    ...wrong.map(
      ({ sequence, motion, expected, recognised }) =>
        `  ${sequence} ${motion}: expected ${expected.join(', ')}; seen ${recognised.join(', ') || 'nothing'}`,
    ),
  ].join('\n');
}

function formatMatching(name: string, result: MatchingResult): string {
  const { pictures, faceless, truncated, refusedWhole, whole, gated } = result;
  const reasons = Object.entries(refusedWhole).map(([fault, count]) => `${count} ${fault}`);
  return [
    `MATCHING ${name}  ${pictures} pictures, ${faceless} without a face`,
    formatTable(
      ['', 'threshold', 'FMR', 'false', '95 %', 'FNMR', 'missed', '95 %'],
      [...rowsOf('whole faces', whole), ...rowsOf('both through the gate', gated)],
    ),
    ...(truncated.length > 0 ? [formatTruncated(truncated)] : []),
    `other pictures refused by the gate: ${reasons.join(', ') || 'none'}`,
  ].join('\n');
}

function formatTruncated(truncated: MatchingResult['truncated']): string {
  const count = (by: 'refused' | 'backend') => truncated.filter((face) => face[by] !== undefined).length;
  return [
    `truncated faces: ${truncated.length}; refused by the gate ${count('refused')}, by the backend ${count('backend')}`,
    formatTable(
      ['', 'gate', 'backend'],
      truncated.map(({ file, refused, backend }) => [file, refused ?? 'PASSED', backend ?? 'PASSED']),
    ),
  ].join('\n');
}

function rowsOf(name: string, { genuine, impostor, notCompared, eer, tars, shipped }: Comparison): string[][] {
  const point = (title: string, { threshold, fmr, fnmr }: Comparison['shipped'][number]) => [
    title,
    three(threshold),
    ...counted(fmr),
    ...counted(fnmr),
  ];
  const title = `${name}: ${genuine} genuine, ${impostor} impostor${notCompared ? `, ${notCompared} not compared` : ''}`;
  return [
    [title],
    point(`  EER ${percent(eer.rate)}`, eer.at),
    ...tars.map(({ far, threshold, tar, fmr, shown }) => {
      const fnmr = { hits: tar.of - tar.hits, of: tar.of, rate: 1 - tar.rate, interval: complement(tar.interval) };
      return point(`  TAR@FAR ${far} ${percent(tar.rate)}${shown ? '' : ' (too few)'}`, { threshold, fmr, fnmr });
    }),
    ...shipped.map((each, i) => point(i === 0 ? '  shipped for comparison' : '  shipped within a session', each)),
  ];
}

const complement = ([low, high]: Interval): Interval => [1 - high, 1 - low];

function formatPad({ threshold, groups, aucs }: PadResult): string {
  const rows = groups.map(({ name, live, error, faceless, meanScore }) => [
    name,
    live ? 'BPCER' : 'APCER',
    ...counted(error),
    three(meanScore),
    String(faceless),
  ]);
  return [
    `PAD  threshold ${threshold}; a frame at or above it counts as bona fide`,
    formatTable(['', '', 'rate', 'wrong', '95 %', 'mean score', 'no face'], rows),
    ...aucs.map(({ live, attack, auc }) => `AUC ${auc.toFixed(4)}  ${live} against ${attack}`),
  ].join('\n');
}

function formatFilms(films: readonly FilmResult[]): string {
  return ['FILMS  the liveness session under every plan', ...films.map(formatFilm)].join('\n');
}

function formatFilm(film: FilmResult): string {
  const { file, live, frames, framesWithFace, contains, shipped, following } = film;
  const list = (plans: readonly string[]) => plans.join('; ') || 'none';
  const motions = contains.join(', ') || 'no labelled motion';
  const lines = [
    `${file}  ${live ? 'live' : 'attack'}, ${frames} frames, ${framesWithFace} with a face; shows ${motions}`,
    `  as shipped: ${formatJudged(shipped)}`,
    `  prompts follow the film: ${formatJudged(following)}`,
    `  contained and not satisfied: ${list(unsatisfied(film))}`,
    `  satisfied and not contained: ${list(unexpected(film))}`,
  ];
  return lines.join('\n');
}

function formatJudged({ plans, satisfied, refused }: Judged): string {
  const reasons = Object.entries(refused).map(([reason, count]) => `${count} ${reason}`);
  const which = satisfied.length > 0 ? ` (${satisfied.join('; ')})` : '';
  return `${satisfied.length} of ${plans} plans satisfied${which}; refused: ${reasons.join(', ') || 'none'}`;
}

function formatGuidance({ bonaFide, askedToUncover, worn }: GuidanceResult): string {
  const rows = (told: Told) => {
    const hints = Object.entries(told.hints).map(([hint, rate]) => ['', '', hint, ...counted(rate)]);
    return [[told.name, String(told.faces), hints.length === 0 ? 'nothing' : ''], ...hints];
  };
  const [rate, hits, interval] = counted(askedToUncover);
  return [
    'GUIDANCE  what single frontal faces are told of light and of what covers them',
    formatTable(['', 'faces', 'told', 'rate', '', '95 %'], bonaFide.flatMap(rows)),
    `asked to take something off, all sets in colour: ${rate}, ${hits}, ${interval}`,
    'the same with something painted on (NUAA: every third)',
    formatTable(['', 'faces', 'told', 'rate', '', '95 %'], worn.flatMap(rows)),
  ].join('\n');
}

export function formatJudgements(judgements: readonly Judgement[]): string {
  const rows = judgements.map(({ says, value, bar, met }) => [
    says,
    value === undefined ? 'not measured' : String(Math.round(value * 1e4) / 1e4),
    bar,
    met ? 'met' : 'MISSED',
  ]);
  return `BARS\n${formatTable(['', 'value', 'bar', ''], rows)}`;
}
