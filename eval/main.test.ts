import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureModels } from '../models/build.ts';
import { parseArguments } from './arguments.ts';
import { judgeBars } from './bars.ts';
import { formatJudgements, formatMeasured } from './report.ts';

const EVAL = join(import.meta.dirname, '..', '..', 'shared', 'eval');
const missing = existsSync(join(EVAL, 'README.md')) ? '' : ' (../shared/eval is not on this machine)';

type Run = { readonly code: number; readonly out: string; readonly err: string };

function runEval(...words: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, 'main.ts'), ...words], (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

describe('the words after npm run eval', () => {
  it('name a folder, and perhaps a file and a check', () => {
    expect(parseArguments(['data', '--check', '--json', 'out.json'])).toEqual({
      kind: 'eval',
      directory: 'data',
      check: true,
      json: 'out.json',
    });
    expect(parseArguments(['--help', 'x'])).toEqual({ kind: 'help' });
  });

  it('that make no sense are refused with a reason', () => {
    for (const words of [[], ['--check'], ['a', 'b'], ['a', '--jsn', 'f'], ['a', '--json'], ['a', '--json', '--check']])
      expect(parseArguments(words)).toMatchObject({ kind: 'wrong', message: expect.stringMatching(/\w/) });
  });
});

describe('what was not measured', () => {
  const nothing = { leftOut: [{ part: 'films', why: 'program-missing: there is no ffmpeg' }] };

  it('misses every bar, and is named', () => {
    const judgements = judgeBars(nothing);
    expect(judgements.length).toBeGreaterThan(8);
    expect(judgements.filter((each) => each.met)).toEqual([]);
    expect(formatJudgements(judgements)).toContain('not measured');
    expect(formatMeasured(nothing)).toContain('LEFT OUT  films: program-missing');
  });
});

describe('npm run eval', { timeout: 120_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    await ensureModels();
    folder = await mkdtemp(join(tmpdir(), 'eval-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('of a folder that is not there, or has nothing, is a clear error', async () => {
    const gone = await runEval(join(folder, 'gone'));
    expect(gone).toMatchObject({ code: 2, out: '' });
    expect(gone.err).toContain('data-missing: there is no folder');
    const empty = await runEval(folder);
    expect(empty.code).toBe(2);
    expect(empty.err).toContain('holds none of headpose/poses.tsv');
  });

  it('that could not write its result says so before it begins', async () => {
    const { code, err } = await runEval(folder, '--json', join(folder, 'gone', 'out.json'));
    expect(code).toBe(2);
    expect(err).toContain('output-unwritable');
  });

  it('of a table that cannot be understood names the line', async () => {
    const broken = join(folder, 'broken');
    await mkdir(join(broken, 'headpose'), { recursive: true });
    await writeFile(join(broken, 'headpose', 'poses.tsv'), 'file\tperson\ttilt_up_deg\tpan_deg\na.jpg\t1\tup\t0\n');
    const { code, err } = await runEval(broken);
    expect(code).toBe(2);
    expect(err).toContain('table-invalid: headpose/poses.tsv line 2: tilt_up_deg');
  });

  it.skipIf(missing)(`measures a few pictures, leaves out what is not there, twice the same${missing}`, async () => {
    const few = await takeFew(join(folder, 'few'));
    const json = join(folder, 'out.json');
    const first = await runEval(few, '--json', json, '--check');
    const measured = JSON.parse(await readFile(json, 'utf8'));
    expect(first.code).toBe(1);
    expect(first.err).toContain('bar missed: live films');
    expect(measured.leftOut.map((each: { part: string }) => each.part)).toEqual([
      'matching casia',
      'matching lfw',
      'films',
    ]);
    expect(measured.pose.stills).toBe(7);
    expect(measured.pose.near.yaw.r).toBeGreaterThan(0.97);
    expect(measured.pose.sequences).toMatchObject([{ recognised: ['turn-left'], right: true }]);
    expect(measured.pad.groups).toMatchObject([
      { name: 'nuaa live', error: { hits: 0, of: 2 } },
      { name: 'nuaa print', error: { hits: 0, of: 2 } },
    ]);
    expect(measured.guidance.bonaFide).toMatchObject([
      { name: 'Pointing’04, frontal', hints: {} },
      { name: 'NUAA, live', faces: 2, hints: {} },
    ]);
    const sunglasses = measured.guidance.worn.find((each: { name: string }) => each.name === 'sunglasses');
    expect(sunglasses.hints['take-off-sunglasses'].hits).toBe(sunglasses.faces);
    const again = join(folder, 'again.json');
    expect(await runEval(few, '--json', again)).toMatchObject({ code: 0 });
    expect(await readFile(again, 'utf8')).toBe(await readFile(json, 'utf8'));
  });
});

/** A person's turn and a few NUAA pictures, read from where they lie, through links. */
async function takeFew(target: string): Promise<string> {
  const lines = async (path: string) => (await readFile(join(EVAL, path), 'utf8')).trim().split('\n');
  const take = async (path: string, wanted: (line: string) => boolean) => {
    const [head, ...rest] = await lines(path);
    return `${[head, ...rest.filter(wanted)].join('\n')}\n`;
  };
  await mkdir(target, { recursive: true });
  for (const part of ['headpose', 'spoof']) await mkdir(join(target, part));
  const poses = await take('headpose/poses.tsv', (line) => /^person01.*\t01\t0\t-?(0|15|30|45)$/.test(line));
  await writeFile(join(target, 'headpose', 'poses.tsv'), poses);
  const sequences = await take('headpose/sequences.tsv', (line) => line.startsWith('01s1\tturn-'));
  await writeFile(join(target, 'headpose', 'sequences.tsv'), sequences);
  const spoof = await lines('spoof/nuaa.tsv');
  const some = [1, 0].flatMap((live) => spoof.filter((line) => line.split('\t')[1] === String(live)).slice(0, 2));
  await writeFile(join(target, 'spoof', 'nuaa.tsv'), `${[spoof[0], ...some].join('\n')}\n`);
  const files = [
    ...poses
      .split('\n')
      .slice(1, -1)
      .map((line) => `headpose/${line.split('\t')[0]}`),
    ...some.map((line) => `spoof/${line.split('\t')[0]}`),
  ];
  for (const file of files) {
    await mkdir(dirname(join(target, file)), { recursive: true });
    await symlink(join(EVAL, file), join(target, file));
  }
  return target;
}
