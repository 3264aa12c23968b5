import { describe, expect, it } from 'vitest';
import type { Frame, StageDirection } from '../contract.ts';
import { createManualClock } from '../fakes/clock.ts';
import { paintPortrait } from '../fakes/portrait.ts';
import { createRecorder } from '../fakes/recorder.ts';
import { openCamera } from '../index.ts';

const small = { driver: 'simulated', portrait: 'somebody', width: 160, height: 120 } as const;
const portraits = async () => paintPortrait();

/** Runs a camera by a scripted clock, in steps of 5 ms, telling it each direction at its time. */
async function film(
  options: Record<string, unknown>,
  script: readonly (readonly [at: number, direction: StageDirection])[],
  endMs: number,
) {
  const clock = createManualClock();
  const camera = openCamera({ ...small, ...options }, { clock, portraits });
  const recorder = createRecorder();
  const abort = new AbortController();
  const running = camera.run(recorder, abort.signal);
  for (let at = 0; at <= endMs; at += 5) {
    for (const [when, direction] of script) if (when === at) camera.direct?.(direction);
    const before = recorder.frames.length;
    await clock.advance(at === 0 ? 0 : 5);
    // A JPEG is coded on another thread, in real time: give it some while the scripted clock stands.
    if (options.mode === 'replay' && before === recorder.frames.length) await new Promise((go) => setTimeout(go, 4));
  }
  abort.abort();
  await clock.advance(1000);
  await running;
  return recorder.frames;
}

const bytes = ({ image }: Frame) => Buffer.from(image.data).toString('base64');
const gaps = (frames: readonly Frame[]) => frames.slice(1).map((frame, i) => frame.at - frames[i]!.at);

describe('the simulated camera', () => {
  it('keeps to its rate: no picture is early, late or lost while there is time', async () => {
    const frames = await film({ fps: 20 }, [], 2000);
    expect(frames.map(({ seq }) => seq)).toEqual(Array.from({ length: 41 }, (_, i) => i));
    expect(gaps(frames).every((gap) => Math.abs(gap - 50) < 1e-6)).toBe(true);
    expect(frames.every(({ image }) => image.kind === 'rgb')).toBe(true);
  });

  it('gives the same film again for the same seed, script and clock', async () => {
    const script = [
      [100, 'look'],
      [300, 'nod-up'],
    ] as const;
    const [one, other, changed] = [
      await film({ seed: 5 }, script, 1500),
      await film({ seed: 5 }, script, 1500),
      await film({ seed: 6 }, script, 1500),
    ];
    expect(one.map(bytes)).toEqual(other.map(bytes));
    expect(one.map(bytes)).not.toEqual(changed.map(bytes));
  });

  it('leaves out the pictures that it had no time for, and their numbers', async () => {
    const clock = createManualClock();
    const recorder = createRecorder();
    const abort = new AbortController();
    const slow = { ...clock, now: () => clock.now() + (recorder.frames.length > 3 ? 450 : 0) };
    const hindered = openCamera({ ...small, fps: 10 }, { clock: slow, portraits });
    const running = hindered.run(recorder, abort.signal);
    await clock.advance(800);
    abort.abort();
    await running;
    expect(hindered.name).toBe('simulated somebody (person)');
    const numbers = recorder.frames.map(({ seq }) => seq);
    expect(numbers.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(numbers[4]).toBe(7);
  });

  it('replays in the second session the pictures of the first, byte for byte and at their pace', async () => {
    const script = [
      [200, 'look'],
      [600, 'turn-left'],
      [1400, 'idle'],
      [2000, 'look'],
      [2300, 'nod-down'],
    ] as const;
    const frames = await film({ mode: 'replay', fps: 10 }, script, 3000);
    const between = (from: number, to: number) => frames.filter(({ at }) => at >= from && at < to);
    const [first, second] = [between(200, 1400), between(2000, 3000)];
    expect(first.length).toBeGreaterThanOrEqual(10);
    expect(second.length).toBeGreaterThanOrEqual(8);
    expect(new Set(first.map(bytes)).size).toBe(first.length);
    expect(second.map(bytes)).toEqual(first.slice(0, second.length).map(bytes));
    expect(gaps(second)).toEqual(gaps(first.slice(0, second.length)));
    expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, i) => i));
    const earlier = new Set(first.map(bytes));
    expect(between(1400, 2000).some((frame) => earlier.has(bytes(frame)))).toBe(false);
  });

  it('obeys what it was told before it began to run', async () => {
    const still = await film({}, [], 2000);
    const told = await film({}, [[0, 'turn-left']], 2000);
    expect(bytes(told.at(-1)!)).not.toEqual(bytes(still.at(-1)!));
  });

  it('refuses options that it does not know or that make no sense', () => {
    const open = (options: Record<string, unknown>) => () =>
      openCamera({ ...small, ...options }, { clock: createManualClock(), portraits });
    expect(open({ mod: 'photo' })).toThrow(/mode/);
    expect(open({ speed: 3 })).toThrow(/speed/);
    expect(open({ mode: 'mask' })).toThrow(/mode/);
    expect(open({ fps: 0 })).toThrow(/fps/);
  });

  it('says that there is no portrait where the program prepares none', async () => {
    const camera = openCamera(small, { clock: createManualClock() });
    const running = camera.run(createRecorder(), new AbortController().signal);
    await expect(running).rejects.toMatchObject({ code: 'source-missing', message: /somebody/ });
  });
});
