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

function drawTriangle(canvas: Canvas, surface: Surface, texture: Texture, a: number, b: number, c: number): void {
  const { vertices, coordinates } = surface;
  const ax = vertices[a * 3]!;
  const ay = vertices[a * 3 + 1]!;
  const az = vertices[a * 3 + 2]!;
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
  if (top > bottom || left > right) return;

  // Weights of b and c are wb = (x·cy − y·cx) / area and wc = (y·bx − x·by) / area around vertex a.
  const bdx = cy / area;
  const bdy = -cx / area;
  const cdx = -by / area;
  const cdy = bx / area;
  const zb = vertices[b * 3 + 2]! - az;
  const zc = vertices[c * 3 + 2]! - az;
  const ua = coordinates[a * 2]!;
  const va = coordinates[a * 2 + 1]!;
  const ub = coordinates[b * 2]! - ua;
  const vb = coordinates[b * 2 + 1]! - va;
  const uc = coordinates[c * 2]! - ua;
  const vc = coordinates[c * 2 + 1]! - va;
  const zdx = zb * bdx + zc * cdx;
  // Texture coordinates step along a row as 24.8 fixed point.
  const udx = (ub * bdx + uc * cdx) * 256;
  const vdx = (vb * bdx + vc * cdx) * 256;

  for (let row = top; row <= bottom; row++) {
    const y = row - ay;
    // The span where wb ≥ 0, wc ≥ 0 and wb + wc ≤ 1, each a half line in x.
    let from = left;
    let to = right;
    const bRow = bdy * y;
    const cRow = cdy * y;
    const sdx = -(bdx + cdx);
    const sRow = 1 - bRow - cRow;
    if (bdx > 0) from = Math.max(from, ax - bRow / bdx);
    else if (bdx < 0) to = Math.min(to, ax - bRow / bdx);
    else if (bRow < 0) continue;
    if (cdx > 0) from = Math.max(from, ax - cRow / cdx);
    else if (cdx < 0) to = Math.min(to, ax - cRow / cdx);
    else if (cRow < 0) continue;
    if (sdx > 0) from = Math.max(from, ax - sRow / sdx);
    else if (sdx < 0) to = Math.min(to, ax - sRow / sdx);
    else if (sRow < 0) continue;
    const start = Math.ceil(from - 1e-4);
    const count = Math.floor(to + 1e-4) - start + 1;
    if (count <= 0) continue;
    const x = start - ax;
    const wb = bdx * x + bRow;
    const wc = cdx * x + cRow;
    const z = az + zb * wb + zc * wc;
    const u = (ua + ub * wb + uc * wc) * 256;
    const v = (va + vb * wb + vc * wc) * 256;
    drawSpan(canvas, texture, row * canvas.width + start, count, z, zdx, u, udx, v, vdx);
  }
}

/** One row's pixels from index `at`: depth test, then the texture's four neighbours mixed two channels at a time. */
function drawSpan(
  canvas: Canvas,
  texture: Texture,
  at: number,
  count: number,
  z: number,
  zdx: number,
  u: number,
  udx: number,
  v: number,
  vdx: number,
): void {
  const { data, depth } = canvas;
  const { pixels, width } = texture;
  const lastU = (width - 1) * 256 - 1;
  const lastV = (texture.height - 1) * 256 - 1;
  for (let i = at, end = at + count; i < end; i++, z += zdx, u += udx, v += vdx) {
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
