import type { Light } from '../../hardware/simulated/circumstance.ts';
import type { PrintForm } from '../../hardware/simulated/print.ts';
import { between, type Random } from '../../hardware/simulated/random.ts';
import type { ScreenForm } from '../../hardware/simulated/screen.ts';
import { PORTRAITS } from '../../models/portraits.ts';

/** Who or what stands before the camera. */
export type Actor =
  | { readonly kind: 'person' }
  | { readonly kind: 'print'; readonly print: PrintForm }
  | { readonly kind: 'screen'; readonly screen: ScreenForm }
  | { readonly kind: 'mask'; readonly relief: number }
  | { readonly kind: 'pair' };

/** All that a rendered scene depends on; plain data, drawn from a seed. */
export type Recipe = {
  readonly actor: Actor;
  readonly portrait: string;
  /** The attacker, the wearer of a mask, the second person. */
  readonly other: string;
  readonly seed: number;
  /** 1 is usual. */
  readonly speed: number;
  /** Degrees of a turn and of a nod. */
  readonly yaw: number;
  readonly pitch: number;
  /** Millimetres. */
  readonly distance: number;
  /** Grey levels. */
  readonly noise: number;
  readonly light: Light;
  readonly glasses: boolean;
};

/** How the camera delivers: pictures a second, and the share that is lost. */
export type Timing = { readonly fps: number; readonly lost: number };

export const NAMES: readonly string[] = Object.keys(PORTRAITS);

/** Small and large motions, 40–80 cm, light and back-light, noise, glasses: as customers come. */
export function drawRecipe(random: Random, actor: Actor): Recipe {
  const portrait = pick(random, NAMES);
  const rest = NAMES.filter((name) => name !== portrait);
  return {
    actor,
    portrait,
    other: pick(random, rest),
    seed: Math.floor(random() * 4_294_967_295),
    speed: 2 ** between(random, -1, 1),
    yaw: between(random, 23, 38),
    pitch: between(random, 18, 28),
    distance: between(random, 400, 800),
    noise: between(random, 0.8, 6),
    light: drawLight(random),
    glasses: random() < 0.25,
  };
}

/** The same person with a stiff neck. */
export const moveLittle = (recipe: Recipe, random: Random): Recipe => ({
  ...recipe,
  yaw: between(random, 14, 20),
  pitch: between(random, 14, 20),
});

/** An attacker chooses good conditions: even light, a usual distance. */
export function drawAttack(random: Random, actor: Actor): Recipe {
  const light = between(random, 0.85, 1.1);
  return {
    ...drawRecipe(random, actor),
    distance: between(random, 450, 650),
    noise: between(random, 0.8, 3),
    light: { face: light, room: light },
    glasses: false,
  };
}

export function drawTiming(random: Random): Timing {
  return { fps: between(random, 8, 30), lost: random() < 0.5 ? 0 : between(random, 0.02, 0.2) };
}

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

function drawLight(random: Random): Light {
  const kind = random();
  if (kind < 0.6) return { face: 1, room: 1 };
  // Dim, bright, and a window behind.
  if (kind < 0.75) return { face: 0.65, room: 0.65 };
  if (kind < 0.85) return { face: 1.25, room: 1.25 };
  return { face: between(random, 0.6, 0.8), room: between(random, 1.2, 1.5) };
}
