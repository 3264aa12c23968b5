import sharp from 'sharp';
import type { FaceObservation, Observation, Verdict } from '../../liveness/contract.ts';
import { headVertices, project, type View } from '../../liveness/testing/head.ts';
import { fivePoints } from '../../models/align.ts';
import type { Detection, Mesh, Point } from '../../models/contract.ts';
import { perceptualHash } from '../../models/fingerprint.ts';
import { KEY, KEY_VERTICES } from '../../models/keypoints.ts';
import { boxOfMesh, MESH_VERTICES } from '../../models/mesh.ts';
import { decodePicture } from '../../models/picture.ts';
import type { ReferenceFace } from '../../models/pose.ts';
import type { Eyes } from '../models.ts';

/** 512 numbers of length 1 that stand for a person; different people are orthogonal. */
export const faceOf = (person: number): number[] => Array.from({ length: 512 }, (_, i) => (i === person ? 1 : 0));

/** A sharp JPEG, 320 × 240. */
export function makeStill(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  return sharp({ create: { width: 320, height: 240, channels: 3, background: 'grey', noise } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** The perceptual hash that an observation of this picture carries. */
export const hashOf = async (jpeg: Uint8Array): Promise<string> => perceptualHash(await decodePicture(jpeg));

const HEAD = headVertices();
const FRONTAL: View = { yaw: 0, pitch: 0, distance: 60, focal: 420, centre: { x: 160, y: 120 } };
/** `KEY_VERTICES` of a head before the still's camera, x y z each, pixels; frontal and in the middle unless told otherwise. */
export const headAt = (view: Partial<View> = {}): number[] => project(HEAD, { ...FRONTAL, ...view });
const POINTS = headAt();
/** The network's nose tip, which no observation carries: beside the one that does. */
const NOSE_TIP = 4;

/** A mesh with its key vertices at `points`; all others lie at the nose. */
function meshOf(points: readonly number[]): Mesh {
  const nose = points.slice(3 * KEY.noseTip, 3 * KEY.noseTip + 3);
  const mesh = Float32Array.from({ length: 3 * MESH_VERTICES }, (_, i) => nose[i % 3]!);
  KEY_VERTICES.forEach((vertex, i) => {
    mesh.set(points.slice(3 * i, 3 * i + 3), 3 * vertex);
  });
  mesh.set(nose, 3 * NOSE_TIP);
  return { points: mesh, presence: 1 };
}

/** The head that `POINTS` show, as the one that a pose is measured against. */
const CANONICAL: ReferenceFace = {
  vertices: meshOf(HEAD.flat()).points,
  weights: KEY_VERTICES.map((index) => ({ index, weight: 1 })),
};

/** What a detector that agrees with the mesh says. */
function detectionOf(mesh: Mesh): Detection {
  const [eye, otherEye, nose, corner, otherCorner] = fivePoints(mesh) as [Point, Point, Point, Point, Point];
  const mouth = { x: (corner.x + otherCorner.x) / 2, y: (corner.y + otherCorner.y) / 2 };
  const box = boxOfMesh(mesh);
  const ears = [box.x, box.x + box.width].map((x) => ({ x, y: eye.y }));
  return { box, score: 0.99, keypoints: [eye, otherEye, nose, mouth, ...ears] };
}

type Scene = {
  readonly faces?: number;
  readonly pad?: number;
  readonly person?: number;
  /** Where the face's key vertices are; the face of `frame` unless told otherwise. */
  readonly points?: readonly number[];
  /** How sure the detector is of the face. */
  readonly score?: number;
  readonly fail?: Error;
};

/** Models that see what a test tells them to see. */
export function seeing(scene: Scene = {}): Eyes {
  const mesh = meshOf(scene.points ?? POINTS);
  const face = { ...detectionOf(mesh), score: scene.score ?? 0.99 };
  return {
    canonical: CANONICAL,
    detect: async () => {
      if (scene.fail) throw scene.fail;
      return Array.from({ length: scene.faces ?? 1 }, () => face);
    },
    mesh: async () => mesh,
    pad: async () => scene.pad ?? 0.9,
    embed: async () => Float32Array.from(faceOf(scene.person ?? 0)),
    close: async () => undefined,
  };
}

/** One frame that shows a frontal face. `hash`: of its picture. */
export function frame(seq: number, person = 0, hash = '0'.repeat(16)): Observation {
  const face: FaceObservation = {
    track: 1,
    box: boxOfMesh(meshOf(POINTS)),
    points: POINTS,
    pose: { yaw: 0, pitch: 0, roll: 0 },
    quality: { sharpness: 50, brightness: 120, surround: 120, inside: 1 },
    pad: 0.9,
    embedding: faceOf(person),
  };
  const digest = seq.toString(16).padStart(16, '0');
  return { seq, at: seq * 50, width: 320, height: 240, faces: 1, face, hash, digest };
}

export const LIVE: Verdict = { live: true, still: 3, signals: [] };
