import { formatTable } from '../table.ts';
import type { EngineFigures, Figures } from './measure.ts';

export type Judged = { readonly says: string; readonly value: number; readonly bar: string; readonly met: boolean };

/** Durable commits that a verification may cost on SQLite at one client. */
const MOST_COMMITS = 12;
/** How much dearer a verification may be with a million stored rows, and still be called flat. */
const FLAT = 1.25;

/** What the backend takes: the kiosk's sealing of its evidence is the kiosk's. */
const commits = ({ alone, commit }: EngineFigures) => (alone.p50 - alone.own) / commit.p50;
const growth = ({ full, alone }: EngineFigures) => full.p50 / alone.p50;

/** What the product promises of its backend; a figure that was not measured misses. */
export function judgeFigures({ sqlite, postgres, streams, rows }: Figures): Judged[] {
  const four = (postgres?.four?.perSecond ?? Number.NaN) / (postgres?.many.perSecond ?? Number.NaN);
  const most = (says: string, value: number, bar: number): Judged => ({
    says,
    value,
    bar: `≤ ${bar}`,
    met: value <= bar,
  });
  return [
    most('a verification on SQLite, one client, in durable commits', commits(sqlite), MOST_COMMITS),
    { says: '4 processes on PostgreSQL against 1', value: four, bar: '> 1', met: four > 1 },
    most(`SQLite: a verification with ${rows} stored against with few`, growth(sqlite), FLAT),
    most(`PostgreSQL: the same`, postgres ? growth(postgres) : Number.NaN, FLAT),
    { says: 'event streams held open', value: streams.open, bar: '≥ 10000', met: streams.open >= 10_000 },
  ];
}

const ms = (value: number) => value.toFixed(1);
const times = (value: number) => `${value.toFixed(1)}×`;

export function formatFigures(figures: Figures): string {
  const { nothing, durable, sqlite, postgres, streams, rows } = figures;
  const engines = [['SQLite', sqlite] as const, ...(postgres ? [['PostgreSQL', postgres] as const] : [])];
  const lines = engines.flatMap(([name, engine]) => {
    const line = (what: string, load: EngineFigures['alone']) => [
      `${name}, ${what}`,
      load.perSecond.toFixed(1),
      ms(load.p50),
      ms(load.p99),
      ms(load.own),
      ms(load.cpuMs),
      times((load.p50 - load.own) / engine.commit.p50),
      times((load.p50 - load.own) / nothing.p50),
    ];
    const { alone, many, four, full } = engine;
    return [
      line('1 process, 1 client', alone),
      line(`1 process, ${many.clients} clients`, many),
      ...(four ? [line(`4 processes, ${four.clients} clients`, four)] : []),
      line(`1 process, 1 client, ${rows} stored`, full),
    ];
  });
  const head = [
    'verification, from asking to receipt',
    'a second',
    'p50 ms',
    'p99 ms',
    'of it sealing',
    'backend’s cpu',
    'in commits',
    'in nothings',
  ];
  const base = engines.map(
    ([name, { commit }]) => `a durable commit on ${name}: ${ms(commit.p50)} ms (p99 ${ms(commit.p99)})`,
  );
  const { open, heldKb, told } = streams;
  return [
    formatTable(head, lines),
    '',
    ...base,
    `durable commits that a verification makes on SQLite: ${durable}`,
    `a route that does nothing: ${ms(nothing.p50)} ms (p99 ${ms(nothing.p99)})`,
    `${open} event streams open: ${heldKb.toFixed(1)} KB each in the process; a change told in ${ms(told.p50)} ms (p99 ${ms(told.p99)})`,
  ].join('\n');
}

export function formatJudged(judged: readonly Judged[]): string {
  const lines = judged.map(({ says, value, bar, met }) => {
    const figure = Number.isFinite(value) ? value.toFixed(2) : 'not measured';
    return `${met ? 'met   ' : 'missed'}  ${says.padEnd(62)} ${figure.padStart(12)}   ${bar}`;
  });
  return `${lines.join('\n')}\n${judged.filter(({ met }) => met).length} of ${judged.length} bars met`;
}
