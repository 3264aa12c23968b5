import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { z } from 'zod';
import type { Camera } from './contract.ts';

/** Milliseconds of a monotonic clock. `sleep` may reject when its signal aborts, as Node's own does. */
export type Clock = {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

/** A prepared face: what the simulated person is made of. */
export type Portrait = {
  /** Interleaved 8-bit R G B, row by row, `width * height * 3` bytes. */
  readonly picture: { readonly width: number; readonly height: number; readonly data: Uint8Array };
  /** 468 vertices, x y z each, pixels of the picture; z grows away from the camera. */
  readonly points: Float32Array;
  /** Three vertex numbers a triangle. */
  readonly triangles: Uint16Array;
};

/** Starts a child process, as Node's own `spawn` does. */
export type Spawn = (program: string, args: readonly string[], options: SpawnOptions) => ChildProcess;

/** What a driver gets from outside; nothing else of the world but the device itself. */
export type DriverDeps = {
  readonly clock: Clock;
  /** Name or path of the ffmpeg program; `ffmpeg` when absent. */
  readonly ffmpeg?: string;
  /** Starts child processes; Node's own when absent. */
  readonly spawn?: Spawn;
  /** The prepared faces by name, for the simulated person. */
  readonly portraits?: (name: string) => Promise<Portrait>;
};

type StrictObject<Shape extends z.core.$ZodLooseShape> = z.ZodObject<Shape, z.core.$strict>;

export type Driver<Name extends string, Shape extends z.core.$ZodLooseShape> = {
  readonly name: Name;
  /** The driver's options plus `driver: name`; unknown keys are refused. */
  readonly schema: StrictObject<Shape & { driver: z.ZodLiteral<Name> }>;
  open(options: z.output<StrictObject<Shape>>, deps: DriverDeps): Camera;
};

/**
 * Describes one kind of camera: its name, its options, and how to open it.
 * `open` only prepares; the device is touched by `Camera.run`.
 */
export function defineDriver<const Name extends string, Shape extends z.core.$ZodLooseShape>(driver: {
  readonly name: Name;
  readonly options: StrictObject<Shape>;
  open(options: z.output<StrictObject<Shape>>, deps: DriverDeps): Camera;
}): Driver<Name, Shape> {
  return {
    name: driver.name,
    schema: (driver.options as z.ZodObject).safeExtend({ driver: z.literal(driver.name) }) as never,
    open: driver.open,
  };
}
