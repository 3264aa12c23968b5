import { verifyModel } from './build.ts';
import type { FaceModels } from './contract.ts';
import { detectFaces } from './detect.ts';
import { embedFace } from './embed.ts';
import { meshFace } from './mesh.ts';
import { scorePad } from './pad.ts';
import { type Network, openNetwork } from './session.ts';

export type OpenOptions = {
  /** Where the built weights lie, see `modelsDirectory()`. */
  readonly directory: string;
  /** Two threads were slower than one on a machine whose other core is busy. */
  readonly threads?: 1;
};

/** Outputs that nobody reads. */
const UNWANTED: Readonly<Record<string, readonly string[]>> = { facemesh: ['output_contours'] };
const IDS = ['blazeface-front', 'facemesh', 'pad-minifasnet', 'embedder-mobilefacenet'] as const;

/**
 * Loads detector, mesh, PAD and embedder.
 * @throws ModelError `model-missing` or `model-corrupt`, naming the file and the remedy: never half a set of models.
 */
export async function openModels(options: OpenOptions): Promise<FaceModels> {
  const opened = await Promise.allSettled(IDS.map((id) => openVerified(options, id)));
  const networks = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const close = async () => {
    await Promise.all(networks.map((network) => network.close()));
  };
  const failed = opened.find((each) => each.status === 'rejected');
  if (failed) {
    await close();
    throw failed.reason;
  }
  const [detector, mesher, padder, embedder] = networks as [Network, Network, Network, Network];
  return {
    detect: (picture, known) => detectFaces(detector, picture, known),
    mesh: (picture, region) => meshFace(mesher, picture, region),
    pad: (picture, box) => scorePad(padder, picture, box),
    embed: (picture, five) => embedFace(embedder, picture, five),
    close,
  };
}

async function openVerified(options: OpenOptions, id: (typeof IDS)[number]): Promise<Network> {
  return openNetwork(id, await verifyModel(options.directory, id), options.threads ?? 1, UNWANTED[id]);
}
