import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChallengeKind, Plan } from '../liveness/index.ts';
import { judge } from '../liveness/index.ts';
import { ensureModels } from '../models/build.ts';
import { openTrial, type Trial } from './testing/lockstep.ts';

const plan = (...challenges: ChallengeKind[]): Plan => ({
  steps: challenges.map((challenge, i) => ({ challenge, holdMs: 500 + 200 * i })),
  stepLimitMs: 7000,
  totalLimitMs: 40_000,
});

let directory: string;
const open: Trial[] = [];
const trial = async (camera: Record<string, unknown>) => {
  const opened = await openTrial(directory, camera);
  open.push(opened);
  return opened;
};

beforeAll(async () => {
  directory = await ensureModels();
}, 180_000);
afterAll(() => Promise.all(open.map((opened) => opened.close())));

describe('a liveness session, from the rendered picture to the verdict', () => {
  it.each([
    ['zhang-min', plan('turn-left', 'nod-down', 'turn-right')],
    ['li-na', plan('nod-up', 'turn-right')],
    ['wang-fang', plan('turn-right', 'turn-left')],
    ['chen-jing', plan('nod-down', 'turn-left', 'nod-up')],
  ])('passes %s, who turns and nods as asked', async (portrait, asked) => {
    const { verdict } = await (await trial({ portrait })).session(asked);
    expect(verdict).toMatchObject({ live: true });
  });

  it('passes a slow person, eight pictures a second', async () => {
    const { verdict } = await (await trial({ portrait: 'zhang-min', speed: 0.5, fps: 8 })).session(
      plan('turn-right', 'nod-up'),
    );
    expect(verdict).toMatchObject({ live: true });
  });

  it('replayed at the backend gives the very same verdict', async () => {
    const asked = plan('turn-left', 'nod-up');
    const { verdict, transcript } = await (await trial({ portrait: 'zhang-min' })).session(asked);
    const arrived = JSON.parse(JSON.stringify(transcript)) as typeof transcript;
    expect(judge(asked, arrived)).toEqual(verdict);
  });

  it.each([[plan('turn-left', 'nod-down')], [plan('nod-up', 'turn-right')]])(
    'fails a photo that is moved, tilted and bent as asked (%#)',
    async (asked) => {
      const { verdict } = await (await trial({ portrait: 'zhang-min', mode: 'photo' })).session(asked);
      expect(verdict).toMatchObject({ live: false });
      expect(verdict.signals.find(({ name }) => name === 'pad')).toMatchObject({ passed: false });
    },
  );

  it('fails the recording of a session that was good for another plan', async () => {
    const camera = await trial({ portrait: 'zhang-min', mode: 'replay' });
    const first = await camera.session(plan('turn-left', 'nod-up'));
    expect(first.verdict).toMatchObject({ live: true });
    const second = await camera.session(plan('nod-up', 'turn-right'));
    expect(second.verdict).toMatchObject({ live: false });
  });
});
