import type { ChallengeKind } from '../../../liveness/contract.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** The preview is a mirror: the person's own left is the left of the screen. */
const ARROWS: Readonly<Record<ChallengeKind, string>> = {
  'turn-left': 'M42 84 H10 M24 68 L8 84 L24 100',
  'turn-right': 'M138 84 H170 M156 68 L172 84 L156 100',
  'nod-down': 'M90 146 V172 M74 158 L90 174 L106 158',
  'nod-up': 'M90 34 V8 M74 22 L90 6 L106 22',
};

/** A head that turns or nods the way it is asked for. */
export function drawHead(motion: ChallengeKind): SVGElement {
  const head = element('svg', { viewBox: '0 0 180 180', class: 'head', 'data-motion': motion, 'aria-hidden': 'true' });
  const features = element('g', { class: 'features' });
  features.append(
    element('circle', { class: 'eye', cx: '75', cy: '80', r: '5' }),
    element('circle', { class: 'eye', cx: '105', cy: '80', r: '5' }),
    element('path', { d: 'M90 84 L85 100 H93' }),
    element('path', { d: 'M78 116 Q90 124 102 116' }),
  );
  head.append(
    element('ellipse', { class: 'skull', cx: '90', cy: '90', rx: '42', ry: '52' }),
    features,
    element('path', { class: 'arrow', d: ARROWS[motion] }),
  );
  return head;
}

function element(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
