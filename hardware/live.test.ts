import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnoseDevice } from './drivers/v4l2.ts';
import { createManualClock, settle } from './fakes/clock.ts';
import { buildJpeg } from './fakes/jpeg.ts';
import { createFakeSpawn } from './fakes/process.ts';
import { createRecorder } from './fakes/recorder.ts';
import { openLive, retryDelay } from './live.ts';

const PICTURE = buildJpeg({ width: 8, height: 6, segments: [], intervals: [new Uint8Array(20)] });
const WAYS = [['-copy'], ['-encode'], ['-any']];

function start(stubborn = false) {
  const clock = createManualClock();
  const { spawn, started } = createFakeSpawn(stubborn);
  const source = {
    name: 'v4l2 /dev/video0',
    ways: WAYS,
    limits: { openMs: 5000, silentMs: 2000 },
    diagnose: (end: Parameters<typeof diagnoseDevice>[1]) => diagnoseDevice('/dev/video0', end, true),
  };
  const recorder = createRecorder();
  const abort = new AbortController();
  const running = openLive(source, { clock, spawn }).run(recorder, abort.signal);
  running.catch(() => undefined);
  const current = () => started.at(-1)!;
  const way = () => current().args.at(-1);
  return { clock, started, recorder, abort, running, current, way };
}

/** Lets the current process give a picture. */
async function give(scene: ReturnType<typeof start>) {
  scene.current().print(PICTURE);
  await settle();
}

describe('a live camera', () => {
  it('is lost when its process exits, whatever the exit code, and is live again by itself', async () => {
    for (const code of [0, 1, 255]) {
      const scene = start();
      await settle();
      await give(scene);
      scene.current().exit(code);
      await settle();
      expect(scene.recorder.states.at(-1)).toMatchObject({ kind: 'lost', code: 'camera-missing', retryInMs: 500 });
      await scene.clock.advance(500);
      await give(scene);
      expect(scene.recorder.kinds()).toBe('opening live lost live');
      expect(scene.recorder.frames.map(({ seq }) => seq)).toEqual([0, 1]);
      scene.abort.abort();
      await scene.running;
    }
  });

  it('ends a process that gives no picture for two seconds, and starts another', async () => {
    const scene = start();
    await settle();
    await give(scene);
    await scene.clock.advance(1900);
    await give(scene);
    await scene.clock.advance(1999);
    expect(scene.recorder.kinds()).toBe('opening live');
    await scene.clock.advance(2);
    expect(scene.recorder.states.at(-1)).toMatchObject({ kind: 'lost', code: 'camera-silent' });
    expect(scene.started[0]!.running).toBe(false);
    await scene.clock.advance(500);
    expect(scene.started).toHaveLength(2);
  });

  it('ends by force a process that does not heed SIGTERM', async () => {
    const scene = start(true);
    await settle();
    await give(scene);
    await scene.clock.advance(2001);
    expect(scene.current().signals).toEqual(['SIGTERM']);
    await scene.clock.advance(500);
    expect(scene.current().signals).toEqual(['SIGTERM', 'SIGKILL']);
    expect(scene.recorder.kinds()).toBe('opening live lost');
  });

  it('takes bytes that hold no picture for silence', async () => {
    const scene = start();
    await settle();
    await give(scene);
    for (let i = 0; i < 30; i++) {
      scene.current().print(new Uint8Array(1000));
      await scene.clock.advance(100);
    }
    expect(scene.recorder.states.at(-1)).toMatchObject({ kind: 'lost', code: 'camera-silent' });
  });

  it('waits longer from try to try, five seconds at most, and begins anew after a picture', async () => {
    const scene = start();
    for (let tries = 0; tries < 6; tries++) {
      await settle();
      scene.current().complain('/dev/video0: No such device\n');
      await settle();
      scene.current().exit(0);
      await scene.clock.advance(0);
      await scene.clock.advance(retryDelay(tries));
    }
    await give(scene);
    scene.current().exit(0);
    await settle();
    const delays = scene.recorder.states.flatMap((state) => (state.kind === 'lost' ? [state.retryInMs] : []));
    expect(delays).toEqual([500, 1000, 2000, 4000, 5000, 5000, 500]);
  });

  it('asks in the next way at once when one fails, and keeps to the way that works', async () => {
    const scene = start();
    await settle();
    expect(scene.way()).toBe('-copy');
    scene.current().exit(1);
    await settle();
    expect(scene.way()).toBe('-encode');
    expect(scene.recorder.kinds()).toBe('opening');
    await give(scene);
    scene.current().exit(0);
    await scene.clock.advance(500);
    expect(scene.way()).toBe('-encode');
  });

  it('tries every way anew when what came back gives nothing the old way', async () => {
    const scene = start();
    await settle();
    await give(scene);
    scene.current().exit(0);
    await scene.clock.advance(500);
    scene.current().exit(1);
    await scene.clock.advance(1000);
    const ways = [];
    for (let i = 0; i < 3; i++) {
      ways.push(scene.way());
      scene.current().exit(1);
      await settle();
    }
    expect(ways).toEqual(['-copy', '-encode', '-any']);
  });

  it('never waits for its listener', async () => {
    const scene = start();
    scene.recorder.frame = ((frame: never) => {
      scene.recorder.frames.push(frame);
      return new Promise(() => undefined);
    }) as never;
    await settle();
    for (let i = 0; i < 3; i++) await give(scene);
    expect(scene.recorder.frames).toHaveLength(3);
  });

  it('counts a broken picture as a gap in the numbers', async () => {
    const scene = start();
    await settle();
    await give(scene);
    scene.current().print(PICTURE.subarray(0, -5));
    await give(scene);
    expect(scene.recorder.frames.map(({ seq }) => seq)).toEqual([0, 2]);
  });

  it('tells only what happened, through any weather', async () => {
    const event = fc.constantFrom('picture', 'exit', 'complain', 'junk', 'pause', 'silence');
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 25 }), fc.boolean(), async (weather, stubborn) => {
        const scene = start(stubborn);
        await settle();
        for (const kind of weather) {
          if (kind === 'picture' && scene.current().running) scene.current().print(PICTURE);
          if (kind === 'exit') scene.current().exit(0);
          if (kind === 'complain' && scene.current().running) scene.current().complain('No such device\n');
          if (kind === 'junk' && scene.current().running) scene.current().print(Uint8Array.of(0xff, 0xd8, 0xff, 7));
          await scene.clock.advance({ pause: 300, silence: 2600 }[kind as 'pause'] ?? 0);
        }
        expect(scene.started.filter(({ running }) => running).length).toBeLessThanOrEqual(1);
        scene.abort.abort();
        await scene.clock.advance(2000);
        await scene.running;
        expect(scene.started.some(({ running }) => running)).toBe(false);
        expect(scene.recorder.kinds()).toMatch(/^opening( lost)*( live( lost)+)*( live)?$/);
        const seqs = scene.recorder.frames.map(({ seq }) => seq);
        expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
        let live = false;
        for (const event of scene.recorder.events) {
          if ('frame' in event) expect(live).toBe(true);
          else live = event.state.kind === 'live';
        }
      }),
      { numRuns: 60 },
    );
  });
});
