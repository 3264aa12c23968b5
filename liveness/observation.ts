import { KEY_VERTICES } from '../models/keypoints.ts';
import type { FaceObservation, Observation } from './contract.ts';

/** The observation, without its face when the face's numbers make no sense: a face that can not be read is no face. */
export function readable(observation: Observation): Observation {
  const { face, ...rest } = observation;
  if (face === undefined) return observation;
  const picture = positive(observation.width) && positive(observation.height) && observation.faces >= 1;
  return picture && isReadable(face) ? observation : rest;
}

function isReadable(face: FaceObservation): boolean {
  const { box, pose, quality, points } = face;
  const angles = [pose.yaw, pose.pitch, pose.roll].every((angle) => Math.abs(angle) <= 180);
  const numbers = [face.track, box.x, box.y, quality.sharpness, quality.brightness, quality.surround, quality.inside];
  const sized = positive(box.width) && positive(box.height);
  return (
    angles &&
    sized &&
    numbers.every(Number.isFinite) &&
    points.length === 3 * KEY_VERTICES.length &&
    points.every(Number.isFinite)
  );
}

function positive(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}
