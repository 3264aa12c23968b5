import { PEERS, type Tensor } from './peers.ts';

type Net = { loadFromDisk(folder: string): Promise<void> };
type Answer = { readonly descriptor: Float32Array } | undefined;
type Task = { withFaceLandmarks(): { withFaceDescriptor(): Promise<Answer> } };
export type FaceApi = {
  readonly nets: Readonly<Record<string, Net>>;
  readonly SsdMobilenetv1Options: new (options: object) => object;
  readonly TinyFaceDetectorOptions: new (options: object) => object;
  detectSingleFace(input: Tensor, options: object): Task;
};

/** face-api with both detectors, 68 points and the descriptor loaded. */
export async function openFaceApi() {
  const { tf, backend, library } = await PEERS.faceApi();
  const faceApi = library as FaceApi;
  for (const net of ['ssdMobilenetv1', 'tinyFaceDetector', 'faceLandmark68Net', 'faceRecognitionNet'])
    await faceApi.nets[net]!.loadFromDisk(PEERS.faceApiModels);
  return { tf, backend, faceApi };
}
