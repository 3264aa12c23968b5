/** The pixels of a frame, as the device gave them: its own JPEG unchanged, or raw RGB. */
export type FrameImage =
  | { readonly kind: 'jpeg'; readonly data: Uint8Array }
  /** Interleaved 8-bit R G B, row by row, `width * height * 3` bytes. */
  | { readonly kind: 'rgb'; readonly data: Uint8Array };

/** One picture from a camera. */
export type Frame = {
  /** 0, 1, 2 … in the order of the source; a gap means that the source lost frames. */
  readonly seq: number;
  /** Capture time, milliseconds of a monotonic clock; a film at full speed reports its own time line. */
  readonly at: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly image: FrameImage;
};

export type CameraState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'live'; readonly width: number; readonly height: number }
  /** The source went away or fell silent; the driver tries again after `retryInMs`. */
  | { readonly kind: 'lost'; readonly code: HardwareCode; readonly reason: string; readonly retryInMs: number }
  /** A finite source came to its end. */
  | { readonly kind: 'ended' };

export type CameraListener = {
  /** A driver that may run ahead of real time waits for the promise; a live one never does. */
  frame(frame: Frame): void | Promise<void>;
  state(state: CameraState): void;
};

/** What a person before the camera is asked to do, in the person's own left and right. */
export type StageDirection = 'idle' | 'look' | 'turn-left' | 'turn-right' | 'nod-down' | 'nod-up';

export type Camera = {
  /** For logs and `doctor`: driver and source, e.g. `v4l2 /dev/video0`. */
  readonly name: string;
  /**
   * Delivers frames until `signal` aborts; a finite source resolves at its end.
   * Unplugging is a state, not an error: the driver recovers by itself.
   * @throws HardwareError when the source can never work (a missing program, no such file).
   */
  run(listener: CameraListener, signal: AbortSignal): Promise<void>;
  /** Only where the person is simulated: what the screen asks of them now. */
  readonly direct?: (direction: StageDirection) => void;
};

export type HardwareCode =
  | 'camera-missing'
  | 'camera-silent'
  | 'camera-unreadable'
  | 'program-missing'
  | 'source-missing'
  | 'option-invalid';

export class HardwareError extends Error {
  readonly code: HardwareCode;
  constructor(code: HardwareCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HardwareError';
    this.code = code;
  }
}
