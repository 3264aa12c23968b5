import type { Pose } from '../../models/contract.ts';
import type { FaceObservation, Observation } from '../contract.ts';
import type { Settings } from '../settings.ts';

/** The best still so far. */
export type Still = { readonly seq: number; readonly score: number; readonly sharpness: number };

/**
 * How good this frame is as the picture that is compared with the authorities', 0…1; 0 when it can not serve.
 * The caller makes sure that it lies in a neutral look of the proven person.
 */
export function stillScore(observation: Observation, face: FaceObservation, neutral: Pose, settings: Settings): number {
  const { pose, quality, box } = face;
  const inside = quality.inside >= settings.insideLeast;
  const frontal = Math.abs(pose.yaw) <= settings.stillYaw && Math.abs(pose.pitch) <= settings.stillPitch;
  if (!inside || !frontal || !(quality.sharpness >= settings.stillSharpness)) return 0;
  const yaw = 1 - Math.abs(pose.yaw) / (2 * settings.stillYaw);
  // Cameras look up or down at people: what their own neutral pitch is, is frontal for them.
  const pitch = 1 - Math.min(1, Math.abs(pose.pitch - neutral.pitch) / settings.stillPitch);
  const sharp = quality.sharpness / (quality.sharpness + 10 * settings.stillSharpness);
  const size = Math.min(1, box.height / observation.height / 0.3);
  const light = 1 - Math.abs(quality.brightness - 128) / 160;
  return Math.max(1e-6, yaw * pitch * Math.sqrt(sharp) * size * Math.max(0.1, light));
}
