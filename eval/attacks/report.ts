import { clopperPearson } from '../statistics.ts';
import { BONA_FIDE, type Kind } from './attacks.ts';
import type { Result } from './trial.ts';

/** One kind's line of the table; rates are shares. */
export type Line = {
  readonly kind: string;
  readonly title: string;
  readonly sessions: number;
  readonly pixels: number;
  /** Attacks: how many passed. Bona fide: how many were refused. */
  readonly errors: number;
  readonly rate: number;
  readonly interval: readonly [number, number];
  /** The same with PAD switched off. */
  readonly errorsUnpadded: number;
  readonly rateUnpadded: number;
  readonly intervalUnpadded: readonly [number, number];
  readonly defence: string | null;
};

/** BPCER at most this. */
const BPCER = 0.02;

export function summarise(kinds: readonly Kind[], results: readonly Result[]): readonly Line[] {
  return kinds.map((kind) => {
    const mine = results.filter((one) => one.kind === kind.id);
    const live = kind === BONA_FIDE;
    const errors = mine.filter((one) => one.accepted !== live).length;
    const errorsUnpadded = mine.filter((one) => one.acceptedUnpadded !== live).length;
    return {
      kind: kind.id,
      title: kind.title,
      sessions: mine.length,
      pixels: mine.filter((one) => one.way === 'pixels').length,
      errors,
      rate: errors / Math.max(1, mine.length),
      interval: clopperPearson(errors, mine.length),
      errorsUnpadded,
      rateUnpadded: errorsUnpadded / Math.max(1, mine.length),
      intervalUnpadded: clopperPearson(errorsUnpadded, mine.length),
      defence: kind.defence ?? null,
    };
  });
}

/** A sentence for each bar that was missed. */
export function missed(lines: readonly Line[]): readonly string[] {
  return lines.flatMap((line) => {
    if (line.kind === BONA_FIDE.id)
      return line.rate > BPCER ? [`BPCER ${percent(line.rate)} is above ${percent(BPCER)}`] : [];
    return line.defence === null && line.errors > 0
      ? [`${line.errors} of ${line.sessions} sessions of ${line.kind} were accepted; none may be`]
      : [];
  });
}

export function formatTable(lines: readonly Line[]): string {
  const attacks = lines.filter((line) => line.kind !== BONA_FIDE.id);
  const parts = [
    section(
      'Attacks that liveness has to refuse',
      'APCER',
      attacks.filter((line) => line.defence === null),
    ),
    section(
      'Attacks that show a true head in motion',
      'APCER',
      attacks.filter((line) => line.defence !== null),
    ),
    section(
      'Bona fide',
      'BPCER',
      lines.filter((line) => line.kind === BONA_FIDE.id),
    ),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function section(title: string, rate: string, lines: readonly Line[]): string {
  if (lines.length === 0) return '';
  const rows = lines.map((line) => {
    const name = `  ${line.kind.padEnd(17)}${line.title}`.slice(0, 72).padEnd(72);
    const numbers = [
      String(line.sessions).padStart(5),
      String(line.pixels).padStart(4),
      percent(line.rate).padStart(8),
      range(line.interval),
      percent(line.rateUnpadded).padStart(8),
      range(line.intervalUnpadded),
    ].join('  ');
    return `${name}${numbers}${line.defence === null ? '' : `  ${line.defence}`}`;
  });
  const head = `${title.padEnd(72)}count  full  ${rate.padStart(8)}  ${'95 %'.padStart(13)}  ${'PAD off'.padStart(8)}  ${'95 %'.padStart(13)}`;
  return [head, ...rows].join('\n');
}

/** Why sessions of each kind ended, and which signals did not pass, most frequent first. */
export function formatDetails(kinds: readonly Kind[], results: readonly Result[]): string {
  return kinds
    .map((kind) => {
      const mine = results.filter((one) => one.kind === kind.id);
      const tell = (of: (one: Result) => readonly string[]) =>
        ranked(mine.map((one) => of(one).join('+') || 'accepted'));
      return [
        `${kind.id}: ${tell((one) => one.reasons)}`,
        `  PAD off: ${tell((one) => one.unpadded)}`,
        `  signals: ${ranked(mine.flatMap(failedSignals))}`,
      ].join('\n');
    })
    .join('\n');
}

/** Of a motion, whichever it was, once. */
function failedSignals({ accepted, signals }: Result): readonly string[] {
  const failed = accepted ? [] : signals.filter(({ passed, value }) => !passed && value !== 0);
  return [...new Set(failed.map(({ name }) => name.replace(/^\d-(turn|nod)-(left|right|up|down)/, '$1')))];
}

function ranked(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const range = ([low, high]: readonly [number, number]) =>
  `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)} %`.padStart(13);
