import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';
import { formatRow, formatSummary, type Row, summarise } from './report.ts';

const row = (change: Partial<Row>): Row => ({
  kind: 'frame',
  seq: 0,
  at: 40,
  width: 640,
  height: 480,
  faces: 1,
  track: 1,
  box: { x: 10, y: 20, width: 100, height: 120 },
  yaw: 5,
  pitch: -3,
  roll: 0,
  quality: { sharpness: 120, brightness: 100, surround: 90, inside: 1 },
  ms: 8,
  ...change,
});
const nobody = row({ faces: 0, track: null, box: null, yaw: null, pitch: null, roll: null, quality: null, ms: 3 });
const counts = { source: 'film.mp4', unreadable: 0, dropped: 0 };

describe('the report', () => {
  it('adds up frames, faces, times and ranges', () => {
    const summary = summarise([row({ yaw: -20, ms: 9 }), nobody, row({ yaw: 30, pitch: 12, ms: 30 })], counts);
    expect(summary).toMatchObject({ frames: 3, framesWithFace: 2, medianMs: 9, yaw: [-20, 30], pitch: [-3, 12] });
    expect(formatSummary(summary)).toBe(
      'film.mp4: 3 frames, 2 with a face, median 9.0 ms, yaw -20.0 to 30.0°, pitch -3.0 to 12.0°',
    );
  });

  it('has no made-up numbers where there was no frame or no face', () => {
    expect(summarise([], counts)).toMatchObject({ frames: 0, medianMs: null, yaw: null, pitch: null });
    expect(summarise([nobody], counts)).toMatchObject({ framesWithFace: 0, medianMs: 3, yaw: null });
  });

  it('says what was passed over', () => {
    expect(formatSummary(summarise([], { ...counts, unreadable: 2, dropped: 5 }))).toContain('2 unreadable, 5 dropped');
  });

  it('writes one line a frame, with or without a face', () => {
    const line = formatRow(row({ file: 'a.jpg' }));
    for (const word of [
      '0.040 s',
      'faces 1',
      '10,20 100×120',
      'yaw    5.0',
      'pitch   -3.0',
      'sharp  120',
      '8.0 ms',
      'a.jpg',
    ])
      expect(line).toContain(word);
    expect(formatRow(nobody)).toContain('no face');
    expect(formatRow(nobody)).not.toMatch(/NaN|null/);
    expect(formatRow(nobody).length).toBe(formatRow(row({})).length);
  });
});

describe('the command line', () => {
  it('names one source, and --json anywhere', () => {
    expect(parseArguments(['film.mp4'])).toEqual({ kind: 'observe', source: 'film.mp4', json: false });
    expect(parseArguments(['--json', '/dev/video0'])).toEqual({ kind: 'observe', source: '/dev/video0', json: true });
    expect(parseArguments(['film.mp4', '--help'])).toEqual({ kind: 'help' });
  });

  it('says what is wrong with it', () => {
    expect(parseArguments([])).toMatchObject({ kind: 'wrong', message: expect.stringContaining('SOURCE') });
    expect(parseArguments(['a', 'b'])).toMatchObject({ kind: 'wrong' });
    expect(parseArguments(['a', '--jsn'])).toMatchObject({ kind: 'wrong', message: expect.stringContaining('--jsn') });
  });
});
