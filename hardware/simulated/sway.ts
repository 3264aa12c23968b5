import { between, type Random } from './random.ts';

/** Small unwilled motion at a moment: angles in degrees, shifts in millimetres (x right, y down, z away from the camera). */
export type Sway = {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
};

/** Largest excursions of each part of the sway, and the band of its waves, hertz. */
export type SwayForm = Sway & { readonly hertz: readonly [low: number, high: number] };

/** A standing head: slow sway, and breathing that lifts it a little. */
export const headSway: SwayForm = { yaw: 1, pitch: 0.7, roll: 0.7, x: 3, y: 1.8, z: 4, hertz: [0.12, 0.7] };

/** Two hands that hold a sheet of paper up. */
export const handSway: SwayForm = { yaw: 2.5, pitch: 2.5, roll: 1.8, x: 7, y: 5, z: 10, hertz: [0.3, 2.6] };

const axes = ['yaw', 'pitch', 'roll', 'x', 'y', 'z'] as const;

/** Sums of three waves an axis with chance phases: smooth, without a period, the same for the same seed. Time in milliseconds. */
export function createSway(random: Random, form: SwayForm): (at: number) => Sway {
  const waves = axes.map((axis) =>
    [0.5, 0.32, 0.18].map((share) => ({
      height: form[axis] * share,
      speed: (2 * Math.PI * between(random, ...form.hertz)) / 1000,
      phase: 2 * Math.PI * random(),
    })),
  );
  const at = (axis: number, time: number) =>
    waves[axis]!.reduce((sum, wave) => sum + wave.height * Math.sin(wave.speed * time + wave.phase), 0);
  return (time) => ({
    yaw: at(0, time),
    pitch: at(1, time),
    roll: at(2, time),
    x: at(3, time),
    y: at(4, time),
    z: at(5, time),
  });
}
