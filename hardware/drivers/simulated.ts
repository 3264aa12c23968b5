import { z } from 'zod';
import { announceLive } from '../announce.ts';
import { untilAborted } from '../clock.ts';
import { type Camera, type CameraListener, HardwareError, type StageDirection } from '../contract.ts';
import { type DriverDeps, defineDriver, type Portrait } from '../define.ts';
import { shootUntilAborted } from '../simulated/feed.ts';
import { createTape } from '../simulated/recording.ts';
import { createPerson, createPhotoAttack, type Subject } from '../simulated/subject.ts';

const options = z.strictObject({
  /** Name of a prepared portrait. */
  portrait: z.string().min(1),
  /**
   * `person` does as directed. `photo`: an attacker holds up a print and tilts and bends it as directed.
   * `replay`: a person in the first session, whose recording is played in every later one.
   */
  mode: z.enum(['person', 'photo', 'replay']).default('person'),
  /** Pictures a second. */
  fps: z.number().min(1).max(60).default(15),
  /** Pixels. */
  width: z.int().min(160).max(1920).default(640),
  height: z.int().min(120).max(1080).default(480),
  /** The same seed and the same times of directions give the same pictures. */
  seed: z.int().min(0).max(4_294_967_295).default(1),
  /** How fast the person reacts and moves. */
  speed: z.number().min(0.5).max(2).default(1),
  /** Standard deviation of the sensor's grain, grey levels. */
  noise: z.number().min(0.5).max(12).default(1.6),
  /** From the camera to the face, centimetres. */
  distance: z.number().min(30).max(150).default(55),
});
type Options = z.output<typeof options>;

/** A camera with somebody before it who does what the screen asks: for machines without a camera, and for attacks. */
export const simulated = defineDriver({
  name: 'simulated',
  options,
  open: openSimulated,
});

function openSimulated(chosen: Options, deps: DriverDeps): Camera {
  const tape = chosen.mode === 'replay' ? createTape() : undefined;
  let subject: Subject | undefined;
  let last: StageDirection = 'idle';

  async function run(listener: CameraListener, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    listener.state({ kind: 'opening' });
    const loading = loadPortrait(chosen.portrait, deps);
    await untilAborted(loading, signal);
    if (signal.aborted) return;
    if (!subject) {
      subject = createSubject(await loading, chosen);
      subject.direct(last, deps.clock.now());
    }
    const { width, height, fps } = chosen;
    const feed = { subject, width, height, fps, ...(tape ? { tape } : {}) };
    await shootUntilAborted(feed, deps.clock, announceLive(listener), signal);
  }

  return {
    name: `simulated ${chosen.portrait} (${chosen.mode})`,
    run,
    direct(direction) {
      const now = deps.clock.now();
      last = direction;
      tape?.direct(direction, now);
      subject?.direct(direction, now);
    },
  };
}

function createSubject(portrait: Portrait, chosen: Options): Subject {
  const form = { ...chosen, distance: chosen.distance * 10 };
  return chosen.mode === 'photo' ? createPhotoAttack(portrait, form) : createPerson(portrait, form);
}

async function loadPortrait(name: string, deps: DriverDeps): Promise<Portrait> {
  if (!deps.portraits) {
    throw new HardwareError('source-missing', `there is no portrait ${name}: this program prepares none`);
  }
  try {
    return await deps.portraits(name);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HardwareError('source-missing', `the portrait ${name} cannot be had: ${why}`, { cause });
  }
}
