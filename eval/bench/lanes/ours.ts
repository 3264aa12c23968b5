/** This project: the observer that the kiosk runs. */
import { createObserver, type Observer } from '../../../kiosk/observe/observer.ts';
import { modelsDirectory } from '../../../models/build.ts';
import { loadCanonicalFace } from '../../../models/canonical.ts';
import { openModels } from '../../../models/index.ts';
import type { Shot, Wants } from '../film.ts';
import { course, serve } from '../lane.ts';

const NOTHING: Wants = { pad: false, embedding: false };

await serve(async () => {
  const directory = modelsDirectory();
  const models = await openModels({ directory });
  const canonical = await loadCanonicalFace(directory);
  const eye = (detectEvery: number) => createObserver(models, { canonical, detectEvery });
  const decoded = (observer: Observer, wants: (shot: Shot) => Wants) =>
    course<Shot>({
      prepare: (shot) => shot,
      look: async (shot) => {
        const { seq, at, width, height, rgb } = shot;
        const frame = { seq, at, width, height, image: { kind: 'rgb', data: rgb } } as const;
        const { observation } = await observer.observe(frame, wants(shot));
        return observation.face !== undefined;
      },
    });
  const camera = (observer: Observer) =>
    course<Shot>({
      prepare: (shot) => shot,
      look: async ({ seq, at, jpegWidth: width, jpegHeight: height, jpeg }) => {
        const frame = { seq, at, width, height, image: { kind: 'jpeg', data: jpeg } } as const;
        return (await observer.observe(frame, NOTHING)).observation.face !== undefined;
      },
    });
  return {
    about: 'the kiosk’s observer: box, 468 points, pose, quality, both fingerprints; onnxruntime-node, 1 thread',
    courses: {
      frame: decoded(eye(1), () => NOTHING),
      pad: decoded(eye(1), () => ({ pad: true, embedding: false })),
      embedding: decoded(eye(1), () => ({ pad: false, embedding: true })),
      evidence: decoded(eye(1), () => ({ pad: true, embedding: true })),
      jpeg: camera(eye(1)),
      following: decoded(eye(5), () => NOTHING),
      kiosk: decoded(eye(5), (shot) => shot.wants),
    },
  };
});
