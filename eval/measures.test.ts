import { describe, expect, it } from 'vitest';
import type { Observation } from '../liveness/contract.ts';
import { DEFAULTS } from '../liveness/settings.ts';
import { perform } from '../liveness/testing/person.ts';
import { planOf } from '../liveness/testing/plans.ts';
import { judgeFilm } from './films.ts';
import { compareTemplates, truncatedIn } from './matching.ts';
import { judgePad } from './pad.ts';
import { compareWithLabels, motionsOf, type PosedStill } from './pose.ts';

const still = (person: string, yaw: number, pitch: number, read: { yaw: number; pitch: number }): PosedStill => ({
  file: `${person}${yaw}${pitch}`,
  person,
  label: { yaw, pitch },
  pose: { ...read, roll: 0 },
});

describe('pose', () => {
  it('is compared relative to each own neutral still: a camera that looks up harms nobody', () => {
    const stills = [
      ...[-30, 0, 30].map((angle) => still('a', angle, angle, { yaw: angle + 5, pitch: angle - 12 })),
      ...[-30, 0, 30].map((angle) => still('b', angle, angle, { yaw: angle - 9, pitch: angle + 3 })),
    ];
    const { near } = compareWithLabels(stills);
    expect(near.yaw.r).toBeCloseTo(1, 9);
    expect(near.pitch.mae).toBeCloseTo(0, 9);
    expect(near.yaw.stills).toBe(6);
  });

  it('is compared relative to each own mean too, which one still that is wrong moves little', () => {
    const stills = [-30, -15, 0, 15, 30].map((tilt) => still('a', 0, tilt, { yaw: 0, pitch: tilt === 0 ? -12 : tilt }));
    const others = [-30, -15, 0, 15, 30].map((tilt) => still('b', 0, tilt, { yaw: 0, pitch: tilt }));
    const { near, centred } = compareWithLabels([...stills, ...others]);
    expect(near.pitch.r).toBeLessThan(0.97);
    expect(centred.pitch.r).toBeGreaterThan(near.pitch.r + 0.01);
  });

  it('keeps far poses out of the near range, and people without a neutral still out of both', () => {
    const stills = [
      ...[0, 30, 90].map((angle) => still('a', angle, 0, { yaw: angle, pitch: 0 })),
      still('b', 30, 0, { yaw: -99, pitch: 0 }),
    ];
    const { all, near } = compareWithLabels(stills);
    expect(all.yaw.stills).toBe(3);
    expect(near.yaw.stills).toBe(2);
  });

  it('reads motions by the challenges’ own bars, once for each time out of the neutral look', () => {
    const at = (yaw: number, pitch: number) => ({ yaw: 4 + yaw, pitch: 10 + pitch, roll: 0 });
    const turn = DEFAULTS.turnReach + 1;
    const nod = DEFAULTS.nodReach + 1;
    expect(motionsOf([at(0, 0), at(turn, 0), at(2 * turn, 0), at(turn, 0), at(0, 0)])).toEqual(['turn-right']);
    expect(motionsOf([at(0, 0), at(0, -nod), at(0, 0), at(0, nod), undefined, at(0, nod)])).toEqual([
      'nod-down',
      'nod-up',
    ]);
    expect(motionsOf([at(0, 0), at(-turn, 0), at(0, 0), at(-turn, 0)])).toEqual(['turn-left', 'turn-left']);
    expect(motionsOf([at(0, 0), at(turn - 3, 0)])).toEqual([]);
    expect(motionsOf([undefined, at(turn, 0)])).toEqual([]);
  });
});

describe('matching', () => {
  const row = (a: string, b: string, same: boolean, truncated = false) => ({ a, b, same, truncated });
  const rows = [
    row('1a', '1b', true),
    row('1a', '1c', true, true),
    row('1b', '1c', true, true),
    row('1a', '2a', false),
    row('1c', '2a', false),
  ];

  it('takes a picture for truncated when all its genuine pairs are marked', () => {
    expect([...truncatedIn(rows)]).toEqual(['1c']);
  });

  it('leaves truncated faces out of the rates, and counts what the gate did with them', () => {
    const templates = new Map([
      ['1a', { embedding: Float32Array.of(1, 0) }],
      ['1b', { embedding: Float32Array.of(0.8, 0.6) }],
      ['1c', { embedding: Float32Array.of(0, 1), fault: 'cut-off' }],
      ['2a', { embedding: Float32Array.of(0, 1), fault: 'turned' }],
    ]);
    const result = compareTemplates(rows, templates, [0.5]);
    expect([result.whole.genuine, result.whole.impostor]).toEqual([1, 1]);
    expect(result.whole.eer.rate).toBe(0);
    expect(result.truncated).toEqual([{ file: '1c', refused: 'cut-off' }]);
    expect(result.refusedWhole).toEqual({ turned: 1 });
    expect([result.gated.genuine, result.gated.impostor]).toEqual([1, 0]);
  });

  it('says which pairs could not be compared', () => {
    const templates = new Map([
      ['1a', { embedding: Float32Array.of(1, 0) }],
      ['1b', { fault: 'no-face' }],
    ]);
    expect(compareTemplates([row('1a', '1b', true)], templates, []).whole.notCompared).toBe(1);
  });
});

describe('PAD', () => {
  it('counts a live person below the threshold and an attack at it as wrong, and no face as neither', () => {
    const { groups, aucs } = judgePad(
      [
        { name: 'live', live: true, kind: 'still', scores: [0.4, 0.5, 0.9, undefined] },
        { name: 'print', live: false, kind: 'still', scores: [0.1, 0.5] },
        { name: 'a film', live: false, kind: 'all', scores: [0.1] },
      ],
      0.5,
    );
    expect(groups.map(({ error, faceless }) => [error.hits, error.of, faceless])).toEqual([
      [1, 3, 1],
      [1, 2, 0],
      [0, 1, 0],
    ]);
    expect(aucs).toEqual([{ live: 'live', attack: 'print', auc: 4.5 / 6 }]);
  });
});

describe('a film', () => {
  const filmOf = (observations: readonly Observation[], motions: readonly string[], live = true) =>
    judgeFilm({ file: 'f', live, motions: [...motions], observations });

  it('of a person who obeyed a plan satisfies that plan and what is contained, and no other', () => {
    const { observations, verdict } = perform(planOf('turn-left', 'turn-right', 'nod-up'));
    expect(verdict).toMatchObject({ live: true });
    const result = filmOf(observations, ['image-right', 'image-left', 'up']);
    expect(result.contains).toEqual(['turn-left', 'turn-right', 'nod-up']);
    expect(result.expected).toEqual(['turn-left > turn-right > nod-up']);
    expect(result.following.satisfied).toEqual(['turn-left > turn-right > nod-up']);
    expect(result.following.plans).toBe(14);
  });

  it('of somebody who never moves satisfies none', () => {
    const { observations } = perform(planOf('turn-left', 'nod-up'), { aim: (_, person) => person.rest });
    const result = filmOf(observations, [], false);
    expect(observations.length).toBeGreaterThan(20);
    expect(result.expected).toEqual([]);
    expect([...result.shipped.satisfied, ...result.following.satisfied]).toEqual([]);
  });

  it('without a single frame satisfies none', () => {
    expect(filmOf([], []).following.satisfied).toEqual([]);
  });
});
