import { gaussian, type Random } from './random.ts';

const grains = 1 << 20;
/** As many different grains are drawn; the rest are these again, in another order. */
const drawn = 1 << 16;

/** Copies a scene and adds the grain of a sensor; a new place in the grain each time, so that no two pictures agree. */
export type Sensor = (scene: Uint8Array) => Uint8Array;

/** `noise`: standard deviation of the grain, grey levels. The picture handed out is a fresh copy. */
export function createSensor(random: Random, noise: number): Sensor {
  const pool = new Int8Array(drawn);
  for (let i = 0; i < drawn; i++) pool[i] = Math.max(-127, Math.min(127, Math.round(gaussian(random) * noise)));
  const grain = new Int8Array(grains);
  for (let i = 0; i < grains; i++) grain[i] = pool[Math.floor(random() * drawn)]!;
  return (scene) => {
    const picture = new Uint8ClampedArray(scene.length);
    const offset = Math.floor(random() * grains);
    for (let i = 0; i < picture.length; i++) picture[i] = scene[i]! + grain[(i + offset) & (grains - 1)]!;
    return new Uint8Array(picture.buffer);
  };
}
