import sharp from 'sharp';
import type { Frame } from '../../hardware/contract.ts';
import { HardwareError } from '../../hardware/contract.ts';
import type { Observation, Plan, Prompt, Verdict } from '../../liveness/contract.ts';
import { begin, expire, type LivenessState, type Step, step, type Wants } from '../../liveness/index.ts';
import { ModelError, type Picture } from '../../models/contract.ts';
import type { Clock } from '../clock.ts';

/** Frames as they come: the newest at `take`, or why none will come any more. */
export type FrameSource = {
  /** The next frame, `undefined` when none came within `ms`. Rejects with the signal's reason. */
  take(ms: number, signal: AbortSignal): Promise<Frame | undefined>;
  /** `ended`: a finite source is over. `lost`: the camera gives nothing now. */
  health(): 'live' | 'lost' | 'ended';
};

export type Look = (
  frame: Frame,
  wants: Wants,
) => Promise<{ readonly observation: Observation; readonly picture: Picture }>;

export type CaptureDeps = {
  readonly source: FrameSource;
  readonly look: Look;
  readonly clock: Clock;
  /** A camera that gives nothing this long is missing, milliseconds. */
  readonly lostAfterMs: number;
  prompt(prompt: Prompt): void;
};

/** What one attempt saw. */
export type Capture = {
  readonly verdict: Verdict;
  readonly transcript: readonly Observation[];
  /** The picture of the best frontal frame, JPEG. */
  readonly still?: { readonly seq: number; readonly jpeg: Uint8Array };
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly finishedAt: number;
};

/** Longest wait for a frame before the time limits are looked at, milliseconds. */
const TICK_MS = 200;
/** The backend takes no longer transcript. */
const MOST_OBSERVATIONS = 2000;

/**
 * Leads a person through a plan: frame by frame into the liveness session until it has a verdict.
 * @throws HardwareError `camera-missing` when the camera is gone; ModelError; the signal's reason.
 */
export async function capture(deps: CaptureDeps, plan: Plan, signal: AbortSignal): Promise<Capture> {
  const startedAt = deps.clock.epoch();
  const transcript: Observation[] = [];
  let still: { readonly seq: number; readonly picture: Picture } | undefined;
  let state: LivenessState = begin(plan);
  let wants: Wants = { pad: false, embedding: false };
  let last = { at: 0, seen: deps.clock.now() };
  deps.prompt(state.prompt);
  for (;;) {
    const frame = await deps.source.take(TICK_MS, signal);
    let next: Step;
    if (frame && transcript.length < MOST_OBSERVATIONS) {
      const seen = await lookAt(deps, frame, wants);
      signal.throwIfAborted();
      if (!seen) continue;
      const { observation, picture } = seen;
      last = { at: frame.at, seen: deps.clock.now() };
      next = step(state, observation);
      transcript.push(observation);
      if (next.keep) still = { seq: observation.seq, picture };
      wants = next.wants;
    } else next = wait(deps, state, last, transcript.length);
    state = next.state;
    deps.prompt(next.prompt);
    if (next.verdict) return finish(next.verdict);
  }

  async function finish(verdict: Verdict): Promise<Capture> {
    const jpeg = still && { seq: still.seq, jpeg: await encodeStill(still.picture) };
    return { verdict, transcript, ...(jpeg && { still: jpeg }), startedAt, finishedAt: deps.clock.epoch() };
  }
}

/** A frame that cannot be decoded is no frame; the next one may be fine. */
async function lookAt(deps: CaptureDeps, frame: Frame, wants: Wants): Promise<Awaited<ReturnType<Look>> | undefined> {
  try {
    return await deps.look(frame, wants);
  } catch (error) {
    if (error instanceof ModelError && error.code === 'picture-unreadable') return undefined;
    throw error;
  }
}

/** No frame came: the camera may be gone, or a time limit has passed. */
function wait(deps: CaptureDeps, state: LivenessState, last: { at: number; seen: number }, count: number): Step {
  const health = deps.source.health();
  const now = deps.clock.now();
  if (health === 'ended' || count >= MOST_OBSERVATIONS) return expire(state, Number.POSITIVE_INFINITY);
  const silentMs = now - last.seen;
  // The clock of the observations may be a film's: only the time since the last frame is known on both.
  const next = expire(state, count === 0 ? Number.NEGATIVE_INFINITY : last.at + (now - last.seen));
  // The camera's silence is the camera's fault, not the person's.
  if (silentMs > deps.lostAfterMs || (next.verdict && health === 'lost'))
    throw new HardwareError('camera-missing', 'the camera gave no picture for too long');
  return next;
}

function encodeStill({ data, width, height }: Picture): Promise<Uint8Array> {
  const raw = { width, height, channels: 3 } as const;
  return sharp(data, { raw }).jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer();
}
