import type { FaceObservation, Hint, Observation } from './contract.ts';
import type { Settings } from './settings.ts';

/** What keeps this frame from being used, whatever the pose: the person can mend it. */
export function hintFor(observation: Observation, settings: Settings): Hint | undefined {
  return placeHint(observation, settings) ?? (observation.face && lightHint(observation.face, settings));
}

/** Is one person there, at the right place? */
export function placeHint(observation: Observation, settings: Settings): Hint | undefined {
  if (observation.face === undefined) return 'no-face';
  if (observation.faces > 1) return 'one-person';
  return sizeHint(observation, observation.face, settings);
}

/** What seems to cover a frontal face. A guess from colours: whoever asks for it has to let it go after a while. */
export function coverHint({ quality }: FaceObservation, settings: Settings): Hint | undefined {
  const { brightness, eyeLight, lipColour } = quality;
  if (brightness < settings.colourLeast) return undefined;
  if (lipColour !== undefined && lipColour < settings.maskedLips) return 'take-off-mask';
  return eyeLight !== undefined && eyeLight < settings.shadedEyes ? 'take-off-sunglasses' : undefined;
}

/** Does the face look into the camera, near enough for a baseline? Absolute angles. */
export function isFrontal(face: FaceObservation, settings: Settings): boolean {
  const { yaw, pitch, roll } = face.pose;
  return (
    Math.abs(yaw) <= settings.frontalYaw &&
    Math.abs(pitch) <= settings.frontalPitch &&
    Math.abs(roll) <= settings.frontalRoll
  );
}

function sizeHint(
  { width, height }: Observation,
  { box, quality }: FaceObservation,
  settings: Settings,
): Hint | undefined {
  const share = box.height / height;
  if (share < settings.smallestFace || Math.min(box.width, box.height) < settings.smallestSide) return 'closer';
  if (share > settings.largestFace) return 'back';
  const [x, y] = [(box.x + box.width / 2) / width, (box.y + box.height / 2) / height];
  const margin = settings.centreMargin;
  const centred = x > margin && x < 1 - margin && y > margin && y < 1 - margin;
  return centred && quality.inside >= settings.insideLeast ? undefined : 'centre';
}

/** Is there light enough on the face? */
export function lightHint({ quality }: FaceObservation, settings: Settings): Hint | undefined {
  const { brightness, surround } = quality;
  const behind = surround - brightness;
  if (brightness < settings.darkest) return behind > settings.behind ? 'backlight' : 'brighter';
  return brightness < settings.backlitFace && behind > settings.backlight ? 'backlight' : undefined;
}
