import { z } from 'zod';
import { planSchema } from './schemas.ts';

const point = z.number();
const boxSchema = z.strictObject({ x: point, y: point, width: point, height: point });

/** Mirrors liveness/contract.ts `Observation`. */
export const observationSchema = z.strictObject({
  seq: z.number().int().nonnegative(),
  at: z.number(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  faces: z.number().int().nonnegative(),
  face: z
    .strictObject({
      track: z.number().int(),
      box: boxSchema,
      points: z.array(point).max(468 * 3),
      pose: z.strictObject({ yaw: point, pitch: point, roll: point }),
      quality: z.strictObject({
        sharpness: point,
        brightness: point,
        surround: point,
        inside: point,
        eyeLight: point.optional(),
        lipColour: point.optional(),
      }),
      pad: z.number().min(0).max(1).optional(),
      embedding: z.array(point).length(512).optional(),
    })
    .optional(),
  hash: z.string().regex(/^[0-9a-f]{16}$/),
  digest: z.string().regex(/^[0-9a-f]{16}$/),
});

/**
 * What an attempt hands over. On the wire: JWE (compact, ECDH-ES on X25519, A256GCM; the backend's `use: enc` key)
 * around a JWS (compact, EdDSA, `kid` = the kiosk's id) around this as JSON.
 */
export const evidenceSchema = z.strictObject({
  verification: z.string(),
  attempt: z.string(),
  nonce: z.string(),
  plan: planSchema,
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** What the kiosk thinks; the backend decides by itself. */
  advisory: z.strictObject({ live: z.boolean(), reasons: z.array(z.string()) }),
  /** The frontal still; absent when the session failed before there was one. */
  still: z.strictObject({ seq: z.number().int(), jpeg: z.base64().max(4_000_000) }).optional(),
  transcript: z.array(observationSchema).max(2000),
});

export type Evidence = z.output<typeof evidenceSchema>;
