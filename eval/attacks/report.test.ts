import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';
import { ATTACKS, BONA_FIDE, KINDS } from './attacks.ts';
import { keyOf } from './library.ts';
import { formatDetails, formatTable, missed, summarise } from './report.ts';
import { jobsOf, schedule } from './schedule.ts';
import type { Take } from './take.ts';
import type { Result } from './trial.ts';

const result = (kind: string, accepted: boolean, acceptedUnpadded = accepted): Result => ({
  kind,
  way: 'composed',
  accepted,
  acceptedUnpadded,
  reasons: [],
  unpadded: [],
  signals: [],
  seed: 1,
});
const refused = ATTACKS.filter(({ defence }) => defence === undefined);
const listed = ATTACKS.filter(({ defence }) => defence !== undefined);

describe('the bars', () => {
  it('one accepted attack of a kind that liveness has to refuse misses its bar', () => {
    const results = [result(refused[0]!.id, true), result(refused[0]!.id, false)];
    const lines = summarise(KINDS, results);
    expect(missed(lines)).toEqual([expect.stringContaining(refused[0]!.id)]);
    expect(lines.find(({ kind }) => kind === refused[0]!.id)).toMatchObject({ errors: 1, rate: 0.5, sessions: 2 });
  });

  it('an attack that shows a true head is counted, with what refuses it, and misses none', () => {
    const lines = summarise(KINDS, [result(listed[0]!.id, true)]);
    expect(missed(lines)).toEqual([]);
    expect(formatTable(lines)).toContain(listed[0]!.defence);
  });

  it('more than 2 % of refused bona fide people miss theirs', () => {
    const people = (bad: number) => Array.from({ length: 100 }, (_, i) => result(BONA_FIDE.id, i >= bad));
    expect(missed(summarise(KINDS, people(2)))).toEqual([]);
    expect(missed(summarise(KINDS, people(3)))).toEqual([expect.stringContaining('BPCER')]);
  });

  it('with PAD switched off is counted apart', () => {
    const lines = summarise(KINDS, [result(refused[0]!.id, false, true)]);
    expect(lines.find(({ kind }) => kind === refused[0]!.id)).toMatchObject({ errors: 0, errorsUnpadded: 1 });
  });
});

describe('the details', () => {
  it('name why sessions ended and which signals did not pass, of each motion once', () => {
    const kind = refused[0]!;
    const signal = (name: string, passed: boolean) => ({ name, value: 0.8, bar: 0.9, passed });
    const signals = [
      signal('1-turn-left-fullness', false),
      signal('2-turn-right-fullness', false),
      signal('middle-depth', false),
      signal('cuts', true),
    ];
    const told = formatDetails([kind], [{ ...result(kind.id, false), reasons: ['flat-motion'], signals }]);
    expect(told).toContain(`${kind.id}: flat-motion 1`);
    expect(told).toContain('signals: turn-fullness 1, middle-depth 1');
    expect(told).not.toContain('cuts');
  });
});

describe('the schedule', () => {
  it('gives every kind its share, some of it through every pixel, the same for the same seed', () => {
    const one = schedule(KINDS, 1000, 1);
    for (const { pixels, composed } of one.shares) {
      expect(pixels).toBeGreaterThan(0);
      expect(composed).toBeGreaterThan(0);
    }
    const total = one.shares
      .filter(({ kind }) => kind !== BONA_FIDE)
      .reduce((sum, each) => sum + each.pixels + each.composed, 0);
    expect(total).toBeGreaterThanOrEqual(1000);
    // Enough of each kind for an interval that says something.
    for (const { pixels, composed } of one.shares) expect(pixels + composed).toBeGreaterThanOrEqual(100);
    expect(schedule(KINDS, 1000, 1)).toEqual(one);
    expect(schedule(KINDS, 1000, 2).people).not.toEqual(one.people);
  });

  it('splices two sittings of a person who sat twice, never one sitting with itself', () => {
    const kind = ATTACKS.find(({ play }) => play === 'two-sittings')!;
    for (let seed = 1; seed <= 20; seed++) {
      const planned = schedule([kind], 200, seed, true);
      const library = new Map(
        planned.people.map((recipe) => [keyOf(recipe), { key: keyOf(recipe) } as unknown as Take]),
      );
      const jobs = jobsOf(planned, library, seed);
      expect(jobs.length).toBeGreaterThan(0);
      for (const job of jobs) if (job.task === 'compose') expect(job.cast.main).not.toBe(job.cast.sitting);
    }
  });
});

describe('the command line', () => {
  it('reads its options', () => {
    expect(parseArguments(['--count', '50', '--check', '--only', 'swap,times'])).toMatchObject({
      kind: 'run',
      count: 50,
      check: true,
      only: ['swap', 'times'],
    });
    expect(parseArguments(['--help'])).toEqual({ kind: 'help' });
  });

  it.each([[['--count', '0']], [['--seed', 'x']], [['--fast']], [['surplus']]])(
    'says what is wrong with %j',
    (words) => {
      expect(parseArguments(words)).toMatchObject({ kind: 'wrong', message: expect.stringMatching(/\w/) });
    },
  );
});
