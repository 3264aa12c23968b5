import type { CameraListener, CameraState, Frame } from '../contract.ts';

/** What a camera said, in its order. */
export type Event = { readonly frame: Frame } | { readonly state: CameraState };

export type Recorder = CameraListener & {
  readonly events: Event[];
  readonly frames: Frame[];
  readonly states: CameraState[];
  /** The kinds of the states, e.g. `opening live lost live`. */
  kinds(): string;
  /** Resolves when the condition holds after an event. */
  until(condition: (recorder: Recorder) => boolean): Promise<void>;
};

export function createRecorder(): Recorder {
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const check of [...waiting]) check();
  };
  const recorder: Recorder = {
    events: [],
    frames: [],
    states: [],
    frame(frame) {
      recorder.events.push({ frame });
      recorder.frames.push(frame);
      wake();
    },
    state(state) {
      recorder.events.push({ state });
      recorder.states.push(state);
      wake();
    },
    kinds: () => recorder.states.map(({ kind }) => kind).join(' '),
    until(condition) {
      return new Promise((resolve) => {
        const check = () => {
          if (!condition(recorder)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      });
    },
  };
  return recorder;
}
