/**
 * A decoded picture: interleaved 8-bit R G B, row by row, `width * height * 3` bytes. It does not change: who has new
 * pixels makes a new picture.
 */
export type Picture = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** Axis-parallel, in pixels of the picture; may reach over its edge. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export type Point = { readonly x: number; readonly y: number };

/** A face as the detector sees it. */
export type Detection = {
  readonly box: Box;
  /** 0…1. */
  readonly score: number;
  /** BlazeFace's six points: eye, eye, nose tip, mouth centre, ear, ear; image-left first in each pair. */
  readonly keypoints: readonly Point[];
};

/** A square, rotated cut-out of the picture that holds one face. */
export type Region = {
  readonly centre: Point;
  /** Side length, pixels. */
  readonly size: number;
  /** Rotation of the face in the picture, degrees, clockwise positive. */
  readonly roll: number;
};

export type Mesh = {
  /** 468 vertices of MediaPipe's canonical face, x y z each, pixels of the picture; z grows away from the camera. */
  readonly points: Float32Array;
  /** 0…1: is there a face in the region at all? */
  readonly presence: number;
};

/**
 * Degrees. `yaw` > 0: the nose points to the picture's left edge (the person's own right, in an unmirrored picture).
 * `pitch` > 0: the nose points up. `roll` > 0: the head is rotated clockwise in the picture.
 */
export type Pose = { readonly yaw: number; readonly pitch: number; readonly roll: number };

/** The models of one process. Every method throws ModelError; none ever answers with a made-up score. */
export type FaceModels = {
  /**
   * All faces, largest first. `known`: where the caller already follows a face, which it confirms by other means; a
   * detection there is not looked at twice, and nobody is looked for who stands far behind it.
   */
  detect(picture: Picture, known?: Box): Promise<readonly Detection[]>;
  mesh(picture: Picture, region: Region): Promise<Mesh>;
  /** Presentation attack detection: 0…1, higher is more likely bona fide. */
  pad(picture: Picture, box: Box): Promise<number>;
  /** 512 numbers of length 1; the dot product of two is their comparison score. `five`: eyes, nose tip, mouth corners, image-left first. */
  embed(picture: Picture, five: readonly Point[]): Promise<Float32Array>;
  close(): Promise<void>;
};

export type ModelCode =
  | 'model-missing'
  | 'model-corrupt'
  | 'model-download'
  | 'model-unsupported'
  | 'model-failed'
  | 'picture-unreadable';

export class ModelError extends Error {
  readonly code: ModelCode;
  constructor(code: ModelCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelError';
    this.code = code;
  }
}
