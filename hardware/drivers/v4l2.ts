import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { CaptureEnd } from '../capture.ts';
import { defineDriver } from '../define.ts';
import { type Diagnosis, openLive } from '../live.ts';

const options = z
  .strictObject({
    device: z.string().min(1).default('/dev/video0'),
    /** Pixels and pictures a second that the camera is asked for; it gives its nearest. */
    width: z.number().int().min(16).max(16_384).optional(),
    height: z.number().int().min(16).max(16_384).optional(),
    fps: z.number().positive().max(240).optional(),
    /** A live camera without a picture for so long is started anew, milliseconds. */
    silentMs: z.number().min(100).max(60_000).default(2000),
    /** Time for the first picture, milliseconds. */
    openMs: z.number().min(100).max(60_000).default(5000),
  })
  .refine(({ width, height }) => (width === undefined) === (height === undefined), {
    path: ['width'],
    message: 'give width and height, or neither',
  });
type V4l2Options = z.output<typeof options>;

/** A camera of Linux's Video4Linux2, by ffmpeg: the camera's own JPEG pictures, unchanged, where it makes them. */
export const v4l2 = defineDriver({
  name: 'v4l2',
  options,
  open: (chosen, deps) => {
    const { device, openMs, silentMs } = chosen;
    const diagnose = (end: CaptureEnd) => diagnoseDevice(device, end, existsSync(device));
    return openLive({ name: `v4l2 ${device}`, ways: waysToAsk(chosen), limits: { openMs, silentMs }, diagnose }, deps);
  },
});

/** The camera's own JPEG; else its commonest raw format, then whatever it has, encoded here. */
export function waysToAsk(chosen: V4l2Options): readonly (readonly string[])[] {
  const size = chosen.width === undefined ? [] : ['-video_size', `${chosen.width}x${chosen.height}`];
  const rate = chosen.fps === undefined ? [] : ['-framerate', String(chosen.fps)];
  const output = ['-f', 'mjpeg', '-flush_packets', '1', 'pipe:1'];
  const ask = (format: readonly string[], codec: readonly string[]) => [
    ...['-f', 'v4l2', ...format, ...size, ...rate, '-i', chosen.device, '-an', ...codec, ...output],
  ];
  const encode = ['-c:v', 'mjpeg', '-q:v', '4'];
  return [
    ask(['-input_format', 'mjpeg'], ['-c:v', 'copy']),
    ask(['-input_format', 'yuyv422'], encode),
    ask([], encode),
  ];
}

/** Why the pictures stopped. An exit code says nothing: ffmpeg exits with 0 when the camera is pulled out. */
export function diagnoseDevice(device: string, end: CaptureEnd, present: boolean): Diagnosis {
  const missing = (reason: string): Diagnosis => ({ code: 'camera-missing', reason });
  const unreadable = (reason: string): Diagnosis => ({ code: 'camera-unreadable', reason });
  if (!present) return missing(`there is no camera at ${device}: plug it in, or name another device`);
  if (/permission denied/i.test(end.complaint)) {
    return unreadable(`${device} may not be opened: add this user to the group "video" and log in anew`);
  }
  if (/resource busy/i.test(end.complaint)) return unreadable(`${device} is in use by another program: close that one`);
  if (/no such (file|device)/i.test(end.complaint))
    return missing(`the camera at ${device} went away: plug it in again`);
  if (end.kind === 'silent' && end.bytes === 0) {
    return {
      code: 'camera-silent',
      reason: `the camera at ${device} gives no picture: check its cable, or plug it in again`,
    };
  }
  const why = end.complaint ? ` (${end.complaint})` : '';
  if (end.pictures === 0) return unreadable(`${device} gives nothing that is a picture${why}`);
  if (end.kind === 'silent')
    return { code: 'camera-silent', reason: `the camera at ${device} stopped giving pictures` };
  return missing(`the camera at ${device} ended its stream${why}`);
}
