/** @vladmandic/human on its wasm build, or on tfjs-node where somebody has installed it. Word: `every` or `following`. */
import process from 'node:process';
import { decodePicture } from '../../../models/picture.ts';
import { course, serve } from '../lane.ts';
import { foundMesh, looks, openHuman } from './open-human.ts';
import { PEERS, type Tensor } from './peers.ts';

await serve(async () => {
  const following = process.argv[2] === 'following';
  const { human, backend } = await openHuman(following);
  const look = (config: object) =>
    course<Tensor>({
      prepare: ({ rgb, width, height }) => human.tf.tensor(rgb, [1, height, width, 3], 'int32'),
      look: async (input) => foundMesh(await human.detect(input, config)),
      release: (input) => input.dispose(),
    });
  const skipping = following
    ? 'its own skipping as shipped (cacheSensitivity 0.7, skipFrames 99, skipTime 2500 ms)'
    : 'nothing skipped (skipFrames 0, skipTime 0, cacheSensitivity 0)';
  return {
    about: `human ${PEERS.version('@vladmandic/human')}, ${backend}, 1 thread: blazeface + facemesh, one face, filters and all else off; ${skipping}; tensors are made outside the time`,
    courses: {
      mesh: look(looks(following, {})),
      spoof: look(looks(following, { spoof: true })),
      description: look(looks(following, { description: true })),
      jpeg: course<Uint8Array>({
        prepare: ({ jpeg }) => jpeg,
        look: async (jpeg) => {
          const { data, width, height } = await decodePicture(jpeg, 640);
          const input = human.tf.tensor(data, [1, height, width, 3], 'int32');
          const answer = await human.detect(input, looks(following, {}));
          input.dispose();
          return foundMesh(answer);
        },
      }),
    },
  };
});
