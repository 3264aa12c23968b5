import type { Box } from '../../models/contract.ts';
import type { FaceQuality } from '../../models/quality.ts';

/** One frame, as `--json` prints it. Units and signs: see HELP in arguments.ts. */
export type Row = {
  readonly kind: 'frame';
  readonly seq: number;
  /** Name of the picture, where the source is a folder of pictures. */
  readonly file?: string;
  readonly at: number;
  readonly width: number;
  readonly height: number;
  readonly faces: number;
  readonly track: number | null;
  readonly box: Box | null;
  readonly yaw: number | null;
  readonly pitch: number | null;
  readonly roll: number | null;
  readonly quality: FaceQuality | null;
  readonly ms: number;
};

export type Range = readonly [least: number, most: number];

export type Summary = {
  readonly kind: 'summary';
  readonly source: string;
  readonly frames: number;
  readonly framesWithFace: number;
  /** Pictures that could not be decoded. */
  readonly unreadable: number;
  /** Frames of a camera that came while an earlier one was looked at. */
  readonly dropped: number;
  readonly medianMs: number | null;
  readonly yaw: Range | null;
  readonly pitch: Range | null;
};

/** What a summary says of the source as a whole. */
export type SourceCounts = Pick<Summary, 'source' | 'unreadable' | 'dropped'>;

/** Adds all rows up. */
export function summarise(rows: readonly Row[], counts: SourceCounts): Summary {
  const ms = rows.map((row) => row.ms).sort((a, b) => a - b);
  return {
    kind: 'summary',
    source: counts.source,
    frames: rows.length,
    framesWithFace: rows.filter((row) => row.box !== null).length,
    unreadable: counts.unreadable,
    dropped: counts.dropped,
    medianMs: ms[ms.length >> 1] ?? null,
    yaw: rangeOf(rows.map((row) => row.yaw)),
    pitch: rangeOf(rows.map((row) => row.pitch)),
  };
}

function rangeOf(numbers: readonly (number | null)[]): Range | null {
  let range: Range | null = null;
  for (const number of numbers) {
    if (number === null) continue;
    range = range ? [Math.min(range[0], number), Math.max(range[1], number)] : [number, number];
  }
  return range;
}

/** One line for a person to read. */
export function formatRow(row: Row): string {
  const start = `${(row.at / 1000).toFixed(3).padStart(8)} s  faces ${row.faces}`;
  const end = `${row.ms.toFixed(1).padStart(6)} ms${row.file ? `  ${row.file}` : ''}`;
  if (!row.box || !row.quality) return `${start}  ${'no face'.padEnd(108)}${end}`;
  const { x, y, width, height } = row.box;
  const box = `${x.toFixed(0)},${y.toFixed(0)} ${width.toFixed(0)}×${height.toFixed(0)}`;
  const angles = `yaw ${degrees(row.yaw)}  pitch ${degrees(row.pitch)}  roll ${degrees(row.roll)}`;
  const { sharpness, brightness, surround, inside } = row.quality;
  const grey = `sharp ${sharpness.toFixed(0).padStart(4)} bright ${brightness.toFixed(0).padStart(3)} surround ${surround.toFixed(0).padStart(3)} inside ${inside.toFixed(2)}`;
  return `${start}  box ${box.padEnd(15)}  ${angles}  ${grey}  ${end}`;
}

const degrees = (angle: number | null) => (angle ?? Number.NaN).toFixed(1).padStart(6);

/** One line for a person to read. */
export function formatSummary(summary: Summary): string {
  const range = (name: string, values: Range | null) =>
    values ? `${name} ${values[0].toFixed(1)} to ${values[1].toFixed(1)}°` : `no ${name}`;
  return [
    `${summary.source}: ${summary.frames} frames`,
    `${summary.framesWithFace} with a face`,
    ...(summary.unreadable > 0 ? [`${summary.unreadable} unreadable`] : []),
    ...(summary.dropped > 0 ? [`${summary.dropped} dropped`] : []),
    summary.medianMs === null ? 'no time' : `median ${summary.medianMs.toFixed(1)} ms`,
    range('yaw', summary.yaw),
    range('pitch', summary.pitch),
  ].join(', ');
}
