import type { Frame } from '../../hardware/contract.ts';
import type { FaceObservation, Observation } from '../../liveness/contract.ts';
import { fivePoints } from '../../models/align.ts';
import type { Box, FaceModels, Mesh, Picture, Pose } from '../../models/contract.ts';
import { measureCover } from '../../models/cover.ts';
import { perceptualHash, pixelDigest } from '../../models/fingerprint.ts';
import { KEY_VERTICES } from '../../models/keypoints.ts';
import { decodePicture, shrinkPicture } from '../../models/picture.ts';
import { poseOf, type ReferenceFace } from '../../models/pose.ts';
import { measureQuality } from '../../models/quality.ts';
import { createFollower, type Followed } from './follower.ts';

export type ObserverOptions = {
  /** The face that the head's pose is measured against, see `loadCanonicalFace`. */
  readonly canonical: ReferenceFace;
  /** Wider frames are shrunk to this, pixels; observations are in pixels of the shrunk picture. Default 640. */
  readonly maxWidth?: number;
  /** Look for faces afresh on every so many frames. Default 5. */
  readonly detectEvery?: number;
  /** Frames that do not belong together (a folder of pictures): each is looked at for itself. */
  readonly independent?: boolean;
};

/** The costly looks, taken only where they are asked for. */
export type Wants = { readonly pad: boolean; readonly embedding: boolean };

export type Observed = {
  readonly observation: Observation;
  /** The picture that the observation's coordinates refer to. */
  readonly picture: Picture;
};

export type Observer = {
  /**
   * One frame at a time: wait for the answer before handing over the next.
   * @throws ModelError; `picture-unreadable` for a frame that cannot be decoded, after which the next one may be fine.
   */
  observe(frame: Frame, wants: Wants): Promise<Observed>;
};

/** Turns frames into observations, following one face from frame to frame. */
export function createObserver(models: FaceModels, options: ObserverOptions): Observer {
  const maxWidth = options.maxWidth ?? 640;
  const follower = createFollower(models, {
    detectEvery: options.detectEvery ?? 5,
    independent: options.independent ?? false,
  });
  return {
    async observe(frame, wants) {
      const picture = await pictureOf(frame, maxWidth);
      const { faces, face } = await follower.follow(picture);
      const observation: Observation = {
        seq: frame.seq,
        at: round(frame.at, 1),
        width: picture.width,
        height: picture.height,
        faces,
        ...(face && { face: await describe(models, picture, face, options.canonical, wants) }),
        hash: perceptualHash(picture),
        digest: pixelDigest(picture),
      };
      return { observation, picture };
    },
  };
}

function pictureOf(frame: Frame, maxWidth: number): Promise<Picture> {
  const { image, width, height } = frame;
  if (image.kind === 'jpeg') return decodePicture(image.data, maxWidth);
  return shrinkPicture({ width, height, data: image.data }, maxWidth);
}

async function describe(
  models: FaceModels,
  picture: Picture,
  { track, mesh, box }: NonNullable<Followed['face']>,
  canonical: ReferenceFace,
  wants: Wants,
): Promise<FaceObservation> {
  const quality = measureQuality(picture, box);
  const { eyeLight, lipColour } = measureCover(picture, mesh, box.width);
  return {
    track,
    box: roundBox(box),
    points: keyPoints(mesh),
    pose: roundPose(poseOf(mesh, canonical)),
    quality: {
      sharpness: round(quality.sharpness, 1),
      brightness: round(quality.brightness, 1),
      surround: round(quality.surround, 1),
      inside: round(quality.inside, 3),
      ...(eyeLight !== undefined && { eyeLight: round(eyeLight, 2) }),
      ...(lipColour !== undefined && { lipColour: round(lipColour, 3) }),
    },
    ...(wants.pad && { pad: round(await models.pad(picture, box), 3) }),
    ...(wants.embedding && {
      embedding: Array.from(await models.embed(picture, fivePoints(mesh)), (number) => round(number, 4)),
    }),
  };
}

function keyPoints(mesh: Mesh): number[] {
  return KEY_VERTICES.flatMap((vertex) => [0, 1, 2].map((axis) => round(mesh.points[vertex * 3 + axis]!, 1)));
}

function roundBox(box: Box): Box {
  return { x: round(box.x, 1), y: round(box.y, 1), width: round(box.width, 1), height: round(box.height, 1) };
}

function roundPose(pose: Pose): Pose {
  return { yaw: round(pose.yaw, 1), pitch: round(pose.pitch, 1), roll: round(pose.roll, 1) };
}

/** To so many digits after the point, the same number wherever it is read again; never −0, which JSON would lose. */
export function round(number: number, digits: number): number {
  const unit = 10 ** digits;
  return Math.round(number * unit) / unit + 0;
}
