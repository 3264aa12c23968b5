import type { CameraListener } from './contract.ts';

/** Says `live` before the first frame, after a loss, and whenever the frames change size. */
export function announceLive(listener: CameraListener): CameraListener {
  let known = '';
  return {
    state(state) {
      known = '';
      listener.state(state);
    },
    frame(frame) {
      const size = `${frame.width}x${frame.height}`;
      if (size !== known) listener.state({ kind: 'live', width: frame.width, height: frame.height });
      known = size;
      return listener.frame(frame);
    },
  };
}
