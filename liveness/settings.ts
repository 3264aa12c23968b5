/**
 * Every bar of the liveness verdict, in one place. Angles are degrees RELATIVE to the person's own neutral pose unless
 * "absolute" is said; times are milliseconds; shares are 0…1. Kiosk and backend must judge with the same values.
 */
export type Settings = {
  // --- the neutral look
  /** Frames of the neutral baseline: at least this many in a row … */
  readonly baselineFrames: number;
  /** … over at least this time … */
  readonly baselineMs: number;
  /** … whose yaw and pitch spread (largest − smallest) by no more than this. */
  readonly stillSpread: number;
  /** Absolute yaw, pitch and roll within which a face counts as frontal. Pitch is wide: kiosk cameras look up or down. */
  readonly frontalYaw: number;
  readonly frontalPitch: number;
  readonly frontalRoll: number;
  /** A frame within these of the neutral pose is a neutral look. */
  readonly neutralYaw: number;
  readonly neutralPitch: number;
  /**
   * A motion beyond these while a neutral look is asked for, that lasts `earlyMs`, came before its prompt; so did one
   * as large as a turn (`turnReach`) or a clear nod (`wrongPitch`) that lasts `wrongMs`.
   */
  readonly earlyYaw: number;
  readonly earlyPitch: number;
  readonly earlyMs: number;
  /** The neutral look after the last challenge lasts at least this, and at most `lastLookLimitMs`. */
  readonly lastLookMs: number;
  readonly lastLookLimitMs: number;

  // --- challenges
  /** A turn counts from here. */
  readonly turnReach: number;
  /**
   * A nod counts from here: the mesh reads a real pitch of ±30 as ±16, a simulated ±20 as ±16 to ±26. A smile with a still
   * head moves it by 9 to 10 (turns_live.mov, npm run eval).
   */
  readonly nodReach: number;
  /** In a turn, |pitch| may be this share of |yaw|; in a nod, |yaw| this share of |pitch| (or `nodYawFree`, if larger). */
  readonly turnAcross: number;
  readonly nodAcross: number;
  readonly nodYawFree: number;
  /** A pitch beyond this that outweighs the yaw is the wrong motion for a turn. */
  readonly wrongPitch: number;
  /** A wrong motion has to last this, over at least two frames. */
  readonly wrongMs: number;
  /** Nobody reaches the angle sooner after the prompt than this. */
  readonly reactionMs: number;

  // --- presence
  /** A second face for longer than this, in at least `secondFaceFrames` frames, is a second person. */
  readonly secondFaceMs: number;
  readonly secondFaceFrames: number;
  /** The face may be gone this long after the baseline. */
  readonly goneMs: number;
  /** A new track has to prove its identity within this. */
  readonly confirmMs: number;

  // --- guidance (absolute)
  /** Height of the face box as a share of the picture's height. */
  readonly smallestFace: number;
  readonly largestFace: number;
  /** Shorter side of the face box, pixels: a little more than what the backend's gate asks for (models/gate.ts). */
  readonly smallestSide: number;
  /** The box's centre stays this share of the picture away from its edges. */
  readonly centreMargin: number;
  /** Share of the face box inside the picture. */
  readonly insideLeast: number;
  /**
   * Mean grey level of the face, 0…255. Darkened by computer with a sensor's grain added, a face at 50 to 60 loses .015 of
   * its comparison score (5 %: .05), at 35 to 50 .03 (.10 to .17), at 20 to 25 .12 (.54); docs/biometrics.md.
   */
  readonly darkest: number;
  /** A face that is too dark is lit from behind where the surround is brighter by this, grey levels. */
  readonly behind: number;
  /** So is one below `backlitFace` where the surround is brighter by this; of 532 bona fide pictures none is. */
  readonly backlight: number;
  readonly backlitFace: number;
  /** Below this mean grey level of the face colours are a sensor's grain: nothing is said of them. */
  readonly colourLeast: number;
  /** Sunglasses and a mask, see models/cover.ts: below these. Of 532 bona fide pictures in colour none is below either … */
  readonly shadedEyes: number;
  readonly maskedLips: number;
  /** … and whoever goes on as before for so long is no longer asked: the hint may be wrong. */
  readonly coverMs: number;
  /** A hint is shown once its cause lasted this long, so that one poor frame does not flicker on the screen. */
  readonly hintMs: number;

  // --- signals
  /** Exact repeats of the picture in a row that mean a frozen picture; cameras repeat a frame or two. */
  readonly frozenFrames: number;
  /** Pictures seen before, again in the same order, that mean a loop. */
  readonly repeatFrames: number;
  /** Longest time between frames, and the lowest mean rate (frames a second) once `rateAfterMs` have passed. */
  readonly gapMs: number;
  readonly slowestRate: number;
  readonly rateAfterMs: number;
  /** A jump of the pose, °/s and degrees, that no neck makes; `jumpFrames` of them mean a spliced picture. */
  readonly fastest: number;
  readonly jumpLeast: number;
  readonly jumpFrames: number;
  /**
   * A cut, see signals/cuts.ts: what counts as one leap of the face's size (|ln| of the ratio), of its place (in face
   * sizes), of its pose (degrees), of the light (|ln| of the ratio) and of the picture's hash (bits), or a pause longer
   * than `cutMs`. At least two of them reach `cutShare` of a leap and all together `cutSum`: in 317 frames of two live
   * webcam films once, where the face had been lost for half a second. `cutFrames` cuts mean a spliced film.
   */
  readonly cutMs: number;
  readonly cutSize: number;
  readonly cutPlace: number;
  readonly cutTurn: number;
  readonly cutLight: number;
  readonly cutHash: number;
  readonly cutShare: number;
  readonly cutSum: number;
  readonly cutFrames: number;
  /**
   * A seam, see signals/seams.ts: |ln| of the ratio of sharpness that is one leap, and the sum of leaps that is a seam (twice
   * that after a pause longer than `seamMs`). In 1000 simulated people's sessions the largest sum of 99 % was 0.6, in the two
   * live films 0.8; at the seam of two sittings 1.3 and more.
   */
  readonly seamSharpness: number;
  readonly seamSum: number;
  readonly seamMs: number;
  /**
   * A seam in calm: a head that turns no faster than this, °/s, and |ln| of the ratio of sizes. In 2640 simulated people's
   * sessions the size leapt by 0.016 and the sharpness by 0.18 at most, in the calm parts of the two live films by 0.004
   * and 0.14; at seams of two sittings that nothing else gave away the sharpness by 0.33 and more.
   */
  readonly calmSpeed: number;
  readonly calmSize: number;
  /**
   * Cosine of two embeddings of one person: both frontal / one of them turned. A new track has to reach the first even
   * when turned, before it is trusted.
   */
  readonly sameFace: number;
  readonly sameFaceTurned: number;
  /** A face turned beyond these looks like nobody (real: 0.6–0.8 at 35°, 0.0–0.4 at 50°): not compared. */
  readonly comparableYaw: number;
  readonly comparablePitch: number;
  /** So many samples below it in a row are another person. */
  readonly otherFaceSamples: number;
  /** Mean PAD score over at least `padFrames` frames. */
  readonly padLeast: number;
  readonly padFrames: number;
  /**
   * Relief of a turn and of a nod, see signals/planarity.ts; lead of the nose in a turn, see signals/depth-order.ts.
   * Real turns gave a relief of 0.2–0.37 and a lead of 0.39–0.57. The mesh network draws a head also on a photo, so that
   * these two mostly catch points that do not come from it.
   */
  readonly turnRelief: number;
  readonly nodRelief: number;
  readonly noseLead: number;
  /**
   * Fullness of a turn and of a nod, see signals/fullness.ts. Real turns of 18–60° (6 people of Pointing'04, two webcam
   * films) gave 1.016–1.4 as the median of a turn, real nods 0.89–1.04. A flat photo reads no more than 10° of yaw however it is tilted; bent by
   * 2 cm and tilted far enough to read 18° it gave 0.82–0.92, bent by 4 cm 0.93–1.1 (nods: 0.81–0.94 and 0.81–1).
   */
  readonly turnFullness: number;
  readonly nodFullness: number;
  /**
   * Most shallowness over all turns, see signals/shallowness.ts. Two live webcam films gave 1.01–1.08, the stills of
   * Pointing'04 1.00–1.10, simulated people 1.00–1.03; masks of 30 % of a head's depth 1.4–2, of 40 and 45 % 1.01–1.65.
   */
  readonly shallowness: number;
  /**
   * Least depth of eyes and nose over all turns, see signals/middle-depth.ts: simulated people 0.92 and more, the films
   * and Pointing'04 0.98 and more; half of the masks of 40–50 % that fullness and shallowness let pass, 0.86–0.89.
   */
  readonly middleDepth: number;
  /** The still: absolute yaw and pitch, and variance of the Laplacian, grey levels². */
  readonly stillYaw: number;
  readonly stillPitch: number;
  readonly stillSharpness: number;
};

export const DEFAULTS: Settings = {
  baselineFrames: 5,
  baselineMs: 350,
  stillSpread: 6,
  frontalYaw: 15,
  frontalPitch: 22,
  frontalRoll: 20,
  neutralYaw: 9,
  neutralPitch: 6.5,
  earlyYaw: 10,
  earlyPitch: 10,
  earlyMs: 600,
  lastLookMs: 300,
  lastLookLimitMs: 7000,

  turnReach: 18,
  nodReach: 10,
  turnAcross: 0.8,
  nodAcross: 1,
  nodYawFree: 10,
  wrongPitch: 12,
  wrongMs: 150,
  reactionMs: 150,

  secondFaceMs: 600,
  secondFaceFrames: 4,
  goneMs: 1500,
  confirmMs: 3000,

  smallestFace: 0.15,
  largestFace: 0.6,
  smallestSide: 48,
  centreMargin: 0.2,
  insideLeast: 0.95,
  darkest: 50,
  behind: 40,
  backlight: 100,
  backlitFace: 65,
  shadedEyes: 0.5,
  maskedLips: -0.033,
  colourLeast: 35,
  coverMs: 8000,
  hintMs: 300,

  frozenFrames: 5,
  repeatFrames: 5,
  gapMs: 3000,
  slowestRate: 3,
  rateAfterMs: 3000,
  fastest: 400,
  jumpLeast: 15,
  jumpFrames: 3,
  cutMs: 500,
  cutSize: 0.04,
  cutPlace: 0.12,
  cutTurn: 6,
  cutLight: 0.08,
  cutHash: 6,
  cutShare: 0.25,
  cutSum: 0.95,
  cutFrames: 2,
  seamSharpness: 0.3,
  seamSum: 1.25,
  seamMs: 150,
  calmSpeed: 40,
  calmSize: 0.025,
  sameFace: 0.45,
  sameFaceTurned: 0.2,
  comparableYaw: 35,
  comparablePitch: 20,
  otherFaceSamples: 2,
  padLeast: 0.5,
  padFrames: 5,
  turnRelief: 0.12,
  nodRelief: 0.06,
  noseLead: 0.3,
  turnFullness: 0.98,
  nodFullness: 0.88,
  shallowness: 1.12,
  middleDepth: 0.9,
  stillYaw: 12,
  stillPitch: 18,
  stillSharpness: 10,
};
