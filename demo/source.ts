/** The source that `--camera` names: is it there, and is the program there that reads it? */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Camera } from './scenario.ts';

/** @returns why nothing can be seen by this camera, with the remedy; undefined when nothing speaks against it. */
export function whyUnusable(camera: Camera, path: string | undefined): string | undefined {
  if (camera.driver === 'simulated') return undefined;
  if (camera.driver === 'file') {
    const found = statSync(camera.path, { throwIfNoEntry: false });
    if (!found) return `there is no film ${camera.path}`;
    if (!found.isFile() && !found.isFIFO()) return `${camera.path} is no film: --camera takes a file or /dev/videoN`;
  }
  if (camera.driver === 'v4l2' && !statSync(camera.device, { throwIfNoEntry: false }))
    return `there is no camera at ${camera.device}: plug it in, or name another device`;
  const reads = camera.driver === 'file' && /\.mjpe?g$/i.test(camera.path);
  if (reads || isInstalled('ffmpeg', path)) return undefined;
  return 'films and cameras are read by ffmpeg, which is not installed: apt-get install ffmpeg';
}

function isInstalled(program: string, path = ''): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}
