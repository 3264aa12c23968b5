/** From nothing to the first observation. Words: contestant, JPEG file. Says one line when it has seen a face, and ends. */
import { readFile } from 'node:fs/promises';
import process from 'node:process';

const [contestant, path] = process.argv.slice(2);
const jpeg = new Uint8Array(await readFile(path!));
const starts: Readonly<Record<string, () => Promise<boolean>>> = { ours, human, 'face-api': faceApi };
const found = await starts[contestant!]!();
process.send?.({ kind: 'first', found }, () => process.exit(0));

async function ours(): Promise<boolean> {
  const { openModels } = await import('../../../models/index.ts');
  const { loadCanonicalFace } = await import('../../../models/canonical.ts');
  const { modelsDirectory } = await import('../../../models/build.ts');
  const { createObserver } = await import('../../../kiosk/observe/observer.ts');
  const directory = modelsDirectory();
  const models = await openModels({ directory });
  const observer = createObserver(models, { canonical: await loadCanonicalFace(directory) });
  const frame = { seq: 0, at: 0, width: 1280, height: 720, image: { kind: 'jpeg', data: jpeg } } as const;
  const { observation } = await observer.observe(frame, { pad: true, embedding: true });
  return observation.face?.embedding !== undefined;
}

async function human(): Promise<boolean> {
  const { openHuman, allLooks } = await import('./open-human.ts');
  const { human: opened } = await openHuman(false);
  const { data, width, height } = await decode();
  const answer = await opened.detect(opened.tf.tensor(data, [1, height, width, 3], 'int32'), allLooks(false));
  return answer.face.length > 0;
}

async function faceApi(): Promise<boolean> {
  const { openFaceApi } = await import('./open-face-api.ts');
  const { tf, faceApi: opened } = await openFaceApi();
  const { data, width, height } = await decode();
  const options = new opened.SsdMobilenetv1Options({ minConfidence: 0.5, maxResults: 1 });
  const task = opened.detectSingleFace(tf.tensor(data, [height, width, 3], 'int32'), options);
  return (await task.withFaceLandmarks().withFaceDescriptor()) !== undefined;
}

async function decode() {
  const { decodePicture } = await import('../../../models/picture.ts');
  return decodePicture(jpeg, 640);
}
