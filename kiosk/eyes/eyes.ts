import { systemClock } from '../../hardware/clock.ts';
import { openCamera } from '../../hardware/index.ts';
import { modelsDirectory } from '../../models/build.ts';
import { loadCanonicalFace } from '../../models/canonical.ts';
import { openModels } from '../../models/index.ts';
import type { KioskConfig } from '../config.ts';
import type { Log } from '../log.ts';
import { createObserver } from '../observe/observer.ts';
import type { Look } from '../verification/capture.ts';
import { createEye, type Eye } from './eye.ts';
import { createPortraits } from './portraits.ts';

export type Eyes = {
  readonly eye: Eye;
  /** A new pair of eyes a person. */
  readonly newLook: () => Look;
  close(): Promise<void>;
};

/**
 * Camera and models: a missing model stops the start, a missing camera only puts the kiosk out of order.
 * @param changed called when the camera came or went.
 */
export async function openEyes(config: KioskConfig, log: Log, retryMs: number, changed: () => void): Promise<Eyes> {
  const directory = modelsDirectory(config.models.directory);
  const models = await openModels({ directory });
  const canonical = await loadCanonicalFace(directory);
  const portraits = createPortraits({ models, canonical, directory });
  const camera = openCamera(config.camera, { clock: systemClock, portraits });
  const eye = createEye({
    camera,
    retryMs,
    status(status) {
      log.info({ camera: camera.name, ...status }, 'camera');
      changed();
    },
  });
  const close = async () => {
    await eye.close();
    await models.close();
  };
  return { eye, newLook: () => createObserver(models, { canonical }).observe, close };
}
