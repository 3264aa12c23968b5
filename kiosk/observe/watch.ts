import { systemClock } from '../../hardware/clock.ts';
import { type CameraState, type Frame, HardwareError } from '../../hardware/contract.ts';
import type { DriverDeps } from '../../hardware/define.ts';
import { openCamera } from '../../hardware/index.ts';
import { createSlot } from '../../hardware/slot.ts';
import { ModelError } from '../../models/contract.ts';
import type { Observer } from './observer.ts';
import { type Row, type Summary, summarise } from './report.ts';
import type { Source, SourcePart } from './source.ts';

export type WatchSinks = {
  row(row: Row): void;
  /** Something that does not end the watching: a camera that went away, a picture that cannot be read. */
  warn(line: string): void;
};

const NOTHING_COSTLY = { pad: false, embedding: false };
const DEPS: DriverDeps = { clock: systemClock };
/** Pictures of a folder have no time; on the time line they stand this far apart. */
const STILL_MS = 100;

/**
 * Observes every frame of the source until its end, or until `signal` aborts.
 * @throws HardwareError when the source cannot be used, ModelError when a model fails.
 */
export async function watch(
  name: string,
  source: Source,
  observer: Observer,
  sinks: WatchSinks,
  signal: AbortSignal,
): Promise<Summary> {
  const rows: Row[] = [];
  let unreadable = 0;
  let dropped = 0;
  const skip = (what: string, error: unknown) => {
    if (!isUnreadable(error)) throw error;
    unreadable++;
    sinks.warn(`${what}: ${error.code}: ${error.message}`);
  };
  for (const [index, part] of source.parts.entries()) {
    if (signal.aborted) break;
    const look = async (frame: Frame) => {
      const numbered = source.parts.length > 1 ? { ...frame, seq: index, at: index * STILL_MS } : frame;
      const row = await lookAt(observer, numbered, part).catch((error) => skip(`frame ${numbered.seq}`, error));
      if (!row) return;
      rows.push(row);
      sinks.row(row);
    };
    const run = source.live ? runNewest(part, look, sinks, signal) : runAll(part, look, sinks, signal);
    // One bad picture of many is reported and passed over; a film that cannot be read is the end.
    if (source.parts.length === 1) dropped += await run;
    else await run.catch((error) => skip(part.file ?? name, error));
  }
  return summarise(rows, { source: name, unreadable, dropped });
}

function isUnreadable(error: unknown): error is ModelError | HardwareError {
  if (error instanceof ModelError) return error.code === 'picture-unreadable';
  return error instanceof HardwareError && error.code === 'camera-unreadable';
}

async function lookAt(observer: Observer, frame: Frame, part: SourcePart): Promise<Row> {
  const started = performance.now();
  const { observation } = await observer.observe(frame, NOTHING_COSTLY);
  const ms = Math.round((performance.now() - started) * 10) / 10;
  const { face } = observation;
  return {
    kind: 'frame',
    seq: observation.seq,
    ...(part.file && { file: part.file }),
    at: observation.at,
    width: observation.width,
    height: observation.height,
    faces: observation.faces,
    track: face?.track ?? null,
    box: face?.box ?? null,
    yaw: face?.pose.yaw ?? null,
    pitch: face?.pose.pitch ?? null,
    roll: face?.pose.roll ?? null,
    quality: face?.quality ?? null,
    ms,
  };
}

type Look = (frame: Frame) => Promise<void>;

const announce = (sinks: WatchSinks) => (state: CameraState) => {
  if (state.kind === 'lost') sinks.warn(`${state.code}: ${state.reason}; next try in ${state.retryInMs} ms`);
};

/** The source waits for each look. */
async function runAll(part: SourcePart, look: Look, sinks: WatchSinks, signal: AbortSignal): Promise<number> {
  await openCamera(part.config, DEPS).run({ frame: look, state: announce(sinks) }, signal);
  return 0;
}

/** The source never waits: the newest frame is looked at; answers with the count of those passed over. */
async function runNewest(part: SourcePart, look: Look, sinks: WatchSinks, signal: AbortSignal): Promise<number> {
  const slot = createSlot<Frame>();
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  const camera = openCamera(part.config, DEPS).run({ frame: (frame) => slot.put(frame), state: announce(sinks) }, stop);
  const looking = (async () => {
    while (!stop.aborted) {
      const frame = await slot.take(stop).catch(() => undefined);
      if (frame) await look(frame);
    }
  })();
  try {
    await Promise.race([camera, looking]);
  } finally {
    ended.abort();
  }
  await Promise.all([camera, looking]);
  return slot.dropped;
}
