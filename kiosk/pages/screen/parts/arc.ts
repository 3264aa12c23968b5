import type { ChallengeKind } from '../../../../liveness/contract.ts';

/** Of the oval, in its own units. */
const [CX, CY, RX, RY] = [150, 190, 142, 182];

/** Where on the rim a motion points to, degrees clockwise from the right. The picture is a mirror: own left is left. */
const DIRECTION: Readonly<Record<ChallengeKind, number>> = {
  'turn-right': 0,
  'nod-down': 90,
  'turn-left': 180,
  'nod-up': 270,
};
/** Half of the arc, degrees. */
const HALF = 52;

/** Two paths from the middle of the arc outwards: both fill at once, so that the arc grows where the head goes. */
export function arcsOf(motion: ChallengeKind): readonly string[] {
  const middle = DIRECTION[motion];
  return [-HALF, HALF].map((span) => {
    // A little beyond the middle, so that no seam is seen.
    const [from, to] = [pointAt(middle - Math.sign(span)), pointAt(middle + span)];
    return `M${from} A${RX} ${RY} 0 0 ${span > 0 ? 1 : 0} ${to}`;
  });
}

function pointAt(degrees: number): string {
  const angle = (degrees * Math.PI) / 180;
  return `${(CX + RX * Math.cos(angle)).toFixed(1)} ${(CY + RY * Math.sin(angle)).toFixed(1)}`;
}
