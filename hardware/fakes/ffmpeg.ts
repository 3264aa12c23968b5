import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { paintJpeg } from './jpeg.ts';

/**
 * How the fake camera behaves; it is the content of its device file, read anew at each start, and a device file that
 * is removed is a camera that is pulled out.
 */
export type Behaviour =
  | 'stream'
  /** Three pictures, then exit 0 without a word. */
  | 'exit-0'
  /** Three pictures, then nothing; `stubborn` does not heed SIGTERM either. */
  | 'hang'
  | 'stubborn'
  /** Opens and gives nothing. */
  | 'mute'
  | 'garbage'
  /** Refuses MJPEG, gives raw pictures. */
  | 'raw-only'
  | 'busy';

const PROGRAM = String.raw`
const { existsSync, readFileSync, writeSync } = require('node:fs');
const args = process.argv.slice(2);
const device = args[args.indexOf('-i') + 1];
const picture = readFileSync(__dirname + '/picture.jpg');
function leave(code, words) {
  if (words) writeSync(2, words + '\n');
  process.exit(code);
}
if (!existsSync(device)) leave(1, device + ': No such file or directory');
const behaviour = readFileSync(device, 'utf8');
if (behaviour === 'busy') leave(1, device + ': Device or resource busy');
if (behaviour === 'raw-only' && args.join(' ').includes('-input_format mjpeg')) leave(1, 'no proper codec');
if (behaviour === 'stubborn') process.on('SIGTERM', () => undefined);
process.stdout.on('error', () => behaviour === 'stubborn' || process.exit(1));
let given = 0;
setInterval(() => {
  if (!existsSync(device)) leave(0, 'ioctl(VIDIOC_DQBUF): No such device');
  if (behaviour === 'garbage') return void process.stdout.write(Buffer.alloc(5000, 0x55));
  if (behaviour === 'mute') return;
  if (given >= 3 && behaviour === 'exit-0') leave(0);
  if (given >= 3 && (behaviour === 'hang' || behaviour === 'stubborn')) return;
  given++;
  process.stdout.write(picture);
}, 15);
`;

export type FakeCamera = {
  /** Path of a program to use as ffmpeg. */
  readonly ffmpeg: string;
  readonly device: string;
  /** Pixels of its pictures. */
  readonly width: number;
  readonly height: number;
  readonly picture: Uint8Array;
};

/** A real process that stands in for ffmpeg on a camera; its files lie in `folder`. */
export async function installFakeCamera(folder: string): Promise<FakeCamera> {
  const [width, height] = [64, 48];
  const picture = await paintJpeg(width, height);
  const ffmpeg = join(folder, 'ffmpeg');
  await writeFile(join(folder, 'picture.jpg'), picture);
  await writeFile(ffmpeg, `#!${process.execPath}\n${PROGRAM}`);
  await chmod(ffmpeg, 0o755);
  return { ffmpeg, device: join(folder, 'video0'), width, height, picture };
}
