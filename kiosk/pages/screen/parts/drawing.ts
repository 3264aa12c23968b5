import type { ChallengeKind, Hint } from '../../../../liveness/contract.ts';

/** What the head in the drawing does. */
export type Drawn = ChallengeKind | Hint | 'straight';

/** Where something goes, on the drawing's 240 × 200: the head, or what is taken off. */
export const ARROWS: Readonly<Partial<Record<Drawn, string>>> = {
  'turn-left': 'M40 96 H8 M24 78 L6 96 L24 114',
  'turn-right': 'M200 96 H232 M216 78 L234 96 L216 114',
  'nod-down': 'M204 74 V124 M186 108 L204 126 L222 108',
  'nod-up': 'M204 124 V74 M186 90 L204 72 L222 90',
  'one-person': 'M196 184 H230 M216 170 L232 184 L216 198',
  'no-face': 'M36 96 H4 M22 78 L38 96 L22 114',
  'take-off-mask': 'M204 100 V150 M186 134 L204 152 L222 134',
  'take-off-sunglasses': 'M204 104 V54 M186 70 L204 52 L222 70',
};

/** A lamp: to be faced, or behind one's back. */
const RAYS =
  'M0 -34 V-26 M0 26 V34 M-34 0 H-26 M26 0 H34 M-24 -24 L-18 -18 M18 18 L24 24 M-24 24 L-18 18 M18 -18 L24 -24';
export const LAMP = `${RAYS} M0 -16 A16 16 0 1 1 -.01 -16`;
export const LAMP_AT: Readonly<Partial<Record<Drawn, string>>> = {
  brighter: 'translate(38 40)',
  backlight: 'translate(172 44)',
};
