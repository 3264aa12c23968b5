import type { Portrait } from '../define.ts';

/** The face's rim, clockwise from the forehead, as MediaPipe numbers it. */
const rim = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
  172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];
const noseTip = 1;
const [width, height] = [360, 400];
const [midX, midY] = [180, 200];
const [halfWide, halfHigh] = [75, 105];

/** A made-up face for tests: a skin-coloured oval with a blue nose tip, whose mesh is a cone towards the camera. */
export function paintPortrait(): Portrait {
  const points = new Float32Array(468 * 3);
  const put = (vertex: number, x: number, y: number, z: number) => points.set([x, y, z], vertex * 3);
  for (let vertex = 0; vertex < 468; vertex++) put(vertex, midX, midY, -10);
  rim.forEach((vertex, i) => {
    const angle = (2 * Math.PI * i) / rim.length;
    put(vertex, midX + halfWide * Math.sin(angle), midY - halfHigh * Math.cos(angle), 60);
  });
  put(noseTip, midX, midY, -20);
  put(33, midX - 35, midY - 30, 15);
  put(263, midX + 35, midY - 30, 15);
  put(61, midX - 25, midY + 45, 15);
  put(291, midX + 25, midY + 45, 15);
  const triangles = rim.flatMap((vertex, i) => [noseTip, vertex, rim[(i + 1) % rim.length]!]);
  return { picture: paintPicture(), points, triangles: Uint16Array.from(triangles) };
}

function paintPicture(): Portrait['picture'] {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const x = (i % width) - midX;
    const y = Math.floor(i / width) - midY;
    const colour =
      Math.hypot(x, y) < 9
        ? [20, 40, 240]
        : Math.hypot(x / halfWide, y / halfHigh) < 1
          ? [205, 160, 130]
          : [70 + 30 * Math.sin(x / 9), 90 + 30 * Math.sin(y / 7), 60];
    data.set(colour, i * 3);
  }
  return { width, height, data };
}
