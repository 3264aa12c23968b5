/** @vladmandic/face-api on its wasm build, or on tfjs-node where somebody has installed it. */
import { course, serve } from '../lane.ts';
import { openFaceApi } from './open-face-api.ts';
import { PEERS, type Tensor } from './peers.ts';

await serve(async () => {
  const { tf, backend, faceApi } = await openFaceApi();
  const look = (options: object) =>
    course<Tensor>({
      prepare: ({ rgb, width, height }) => tf.tensor(rgb, [height, width, 3], 'int32'),
      look: async (input) =>
        (await faceApi.detectSingleFace(input, options).withFaceLandmarks().withFaceDescriptor()) !== undefined,
      release: (input) => input.dispose(),
    });
  return {
    about: `face-api ${PEERS.version('@vladmandic/face-api')}, ${backend}, 1 thread: detector + 68 points + 128 numbers, minConfidence 0.5, tiny detector at 416; tensors are made outside the time`,
    courses: {
      ssd: look(new faceApi.SsdMobilenetv1Options({ minConfidence: 0.5, maxResults: 1 })),
      tiny: look(new faceApi.TinyFaceDetectorOptions({ inputSize: 416, scoreThreshold: 0.5 })),
    },
  };
});
