/** A picture to draw from: one pixel a 32-bit number, 0x00BBGGRR. */
export type Texture = { readonly width: number; readonly height: number; readonly pixels: Uint32Array };

/** A triangle mesh on the screen, textured. */
export type Surface = {
  /** x y depth of each vertex: pixels (centres at whole numbers), depth in any unit, larger is farther. */
  readonly vertices: Float32Array;
  /** u v of each vertex: texture pixels, centres at whole numbers. */
  readonly coordinates: Float32Array;
  /** Three vertex numbers a triangle. */
  readonly triangles: Uint16Array;
};

/** What is drawn into: R G B bytes and the nearest depth so far. */
export type Canvas = {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly depth: Float32Array;
};

/** Packs interleaved R G B for drawing from. */
export function createTexture(picture: { width: number; height: number; data: Uint8Array }): Texture {
  const { width, height, data } = picture;
  const pixels = new Uint32Array(width * height);
  for (let i = 0, p = 0; i < pixels.length; i++, p += 3) {
    pixels[i] = data[p]! | (data[p + 1]! << 8) | (data[p + 2]! << 16);
  }
  return { width, height, pixels };
}

/** Draws both faces of every triangle, nearest first by depth; neighbours share their edge's pixels, so that no crack shows. */
export function drawSurface(canvas: Canvas, surface: Surface, texture: Texture): void {
  const { triangles } = surface;
  for (let t = 0; t < triangles.length; t += 3) {
    drawTriangle(canvas, surface, texture, triangles[t]!, triangles[t + 1]!, triangles[t + 2]!);
  }
}

/** A quantity over the screen: its value at the triangle's first vertex, and its steps along x and y. */
type Plane = { readonly at: number; readonly dx: number; readonly dy: number };

function drawTriangle(canvas: Canvas, surface: Surface, texture: Texture, a: number, b: number, c: number): void {
  const { vertices, coordinates } = surface;
  const ax = vertices[a * 3]!;
  const ay = vertices[a * 3 + 1]!;
  const bx = vertices[b * 3]! - ax;
  const by = vertices[b * 3 + 1]! - ay;
  const cx = vertices[c * 3]! - ax;
  const cy = vertices[c * 3 + 1]! - ay;
  const area = bx * cy - cx * by;
  if (Math.abs(area) < 1e-6) return;
  const top = Math.max(0, Math.ceil(ay + Math.min(0, by, cy)));
  const bottom = Math.min(canvas.height - 1, Math.floor(ay + Math.max(0, by, cy)));
  const left = Math.max(0, ax + Math.min(0, bx, cx));
  const right = Math.min(canvas.width - 1, ax + Math.max(0, bx, cx));
  const plane = (atA: number, atB: number, atC: number): Plane => ({
    at: atA,
    dx: ((atB - atA) * cy - (atC - atA) * by) / area,
    dy: ((atC - atA) * bx - (atB - atA) * cx) / area,
  });
  // Inside, the weights of the three vertices are all at least 0.
  const weights = [plane(1, 0, 0), plane(0, 1, 0), plane(0, 0, 1)] as const;
  const z = plane(vertices[a * 3 + 2]!, vertices[b * 3 + 2]!, vertices[c * 3 + 2]!);
  const u = plane(coordinates[a * 2]!, coordinates[b * 2]!, coordinates[c * 2]!);
  const v = plane(coordinates[a * 2 + 1]!, coordinates[b * 2 + 1]!, coordinates[c * 2 + 1]!);
  for (let row = top; row <= bottom; row++) {
    const y = row - ay;
    const from = ax + Math.max(left - ax, least(weights[0], y), least(weights[1], y), least(weights[2], y));
    const to = ax + Math.min(right - ax, most(weights[0], y), most(weights[1], y), most(weights[2], y));
    const start = Math.ceil(from - 1e-4);
    const count = Math.floor(to + 1e-4) - start + 1;
    if (count > 0) drawSpan(canvas, texture, row * canvas.width + start, count, start - ax, y, z, u, v);
  }
}

/** From which x on, in a row, the plane is at least 0; −∞ where another bound decides, ∞ where it nowhere is. */
function least({ at, dx, dy }: Plane, y: number): number {
  const value = at + dy * y;
  if (dx > 0) return -value / dx;
  return dx === 0 && value < 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

/** Up to which x, in a row, the plane is at least 0. */
function most({ at, dx, dy }: Plane, y: number): number {
  return dx < 0 ? -(at + dy * y) / dx : Number.POSITIVE_INFINITY;
}

/** `count` pixels of one row from index `first`: depth test, then the texture's four neighbours mixed, red and blue at once. */
function drawSpan(
  canvas: Canvas,
  texture: Texture,
  first: number,
  count: number,
  x: number,
  y: number,
  zPlane: Plane,
  uPlane: Plane,
  vPlane: Plane,
): void {
  const { data, depth } = canvas;
  const { pixels, width } = texture;
  let z = zPlane.at + zPlane.dx * x + zPlane.dy * y;
  // Texture coordinates step as 24.8 fixed point.
  let u = 256 * (uPlane.at + uPlane.dx * x + uPlane.dy * y);
  let v = 256 * (vPlane.at + vPlane.dx * x + vPlane.dy * y);
  const [zdx, udx, vdx] = [zPlane.dx, 256 * uPlane.dx, 256 * vPlane.dx];
  const lastU = (width - 1) * 256 - 1;
  const lastV = (texture.height - 1) * 256 - 1;
  for (let i = first, end = first + count; i < end; i++, z += zdx, u += udx, v += vdx) {
    if (z >= depth[i]!) continue;
    depth[i] = z;
    const ui = u < 0 ? 0 : u > lastU ? lastU : u | 0;
    const vi = v < 0 ? 0 : v > lastV ? lastV : v | 0;
    const texel = (vi >> 8) * width + (ui >> 8);
    const fu = ui & 255;
    const fv = vi & 255;
    const w11 = (fu * fv) >> 8;
    const w01 = fu - w11;
    const w10 = fv - w11;
    const w00 = 256 - fu - w10;
    const p00 = pixels[texel]!;
    const p01 = pixels[texel + 1]!;
    const p10 = pixels[texel + width]!;
    const p11 = pixels[texel + width + 1]!;
    const redBlue =
      (Math.imul(p00 & 0xff00ff, w00) +
        Math.imul(p01 & 0xff00ff, w01) +
        Math.imul(p10 & 0xff00ff, w10) +
        Math.imul(p11 & 0xff00ff, w11)) >>>
      8;
    const green =
      ((p00 >> 8) & 255) * w00 + ((p01 >> 8) & 255) * w01 + ((p10 >> 8) & 255) * w10 + ((p11 >> 8) & 255) * w11;
    const to = i * 3;
    data[to] = redBlue & 255;
    data[to + 1] = green >> 8;
    data[to + 2] = (redBlue >>> 16) & 255;
  }
}
