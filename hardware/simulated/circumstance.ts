import type { Portrait } from '../define.ts';
import type { Subject, SubjectForm } from './subject.ts';

/** Light on the scene: factors of the grey levels. */
export type Light = {
  /** On the face. */
  readonly face: number;
  /** On what is around it. */
  readonly room: number;
};

/** The subject in another light: the face stands in the middle of the picture, the room shines around it. */
export function inLight(subject: Subject, { width, height, distance }: SubjectForm, light: Light): Subject {
  if (light.face === 1 && light.room === 1) return subject;
  // Half the height of a head at this distance, pixels, with the 45° of the simulated camera.
  const radius = (1.2 * 120 * (height / 2 / Math.tan(Math.PI / 8))) / distance;
  const gains = new Float32Array(width * height);
  for (let i = 0; i < gains.length; i++) {
    const x = (i % width) - width / 2;
    const y = Math.floor(i / width) - 0.46 * height;
    const away = Math.min(1, Math.max(0, Math.hypot(x, 0.8 * y) / radius - 0.75) / 0.6);
    gains[i] = light.face + (light.room - light.face) * away;
  }
  return {
    direct: subject.direct,
    shoot(at) {
      const picture = subject.shoot(at);
      for (let i = 0, p = 0; i < gains.length; i++, p += 3) {
        const gain = gains[i]!;
        picture[p] = Math.min(picture[p]! * gain, 255);
        picture[p + 1] = Math.min(picture[p + 1]! * gain, 255);
        picture[p + 2] = Math.min(picture[p + 2]! * gain, 255);
      }
      return picture;
    },
  };
}

/** Rims around the eyes and a bridge between them, painted on the face. */
export function wearGlasses(portrait: Portrait): Portrait {
  const { picture, points } = portrait;
  const at = (vertex: number) => ({ x: points[vertex * 3]!, y: points[vertex * 3 + 1]! });
  const middle = (a: number, b: number) => ({ x: (at(a).x + at(b).x) / 2, y: (at(a).y + at(b).y) / 2 });
  const [right, left] = [middle(33, 133), middle(362, 263)];
  const span = Math.hypot(left.x - right.x, left.y - right.y);
  // Not `slice`: a Buffer's shares its memory, and the bare face would wear them too.
  const data = Uint8Array.from(picture.data);
  for (let i = 0; i < data.length; i += 3) {
    const pixel = i / 3;
    const [x, y] = [pixel % picture.width, Math.floor(pixel / picture.width)];
    const rim = [right, left].some((eye) => {
      const r = Math.hypot((x - eye.x) / (0.4 * span), (y - eye.y - 0.06 * span) / (0.3 * span));
      return r > 0.9 && r < 1;
    });
    const between = x > right.x + 0.39 * span && x < left.x - 0.39 * span && Math.abs(y - right.y) < 0.03 * span;
    if (rim || between) data.set([38, 30, 28], i);
  }
  return { ...portrait, picture: { ...picture, data } };
}
