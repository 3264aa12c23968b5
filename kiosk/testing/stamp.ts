/** A number in a picture: black and white squares in its upper left corner, readable after JPEG and scaling. */
const BITS = 7;
const SQUARE = 24;

/** How many numbers there are. */
export const COUNT = 1 << BITS;

/** An SVG to lay over a picture. */
export function stampOf(index: number): string {
  const squares = Array.from({ length: BITS }, (_, bit) => {
    const fill = (index >> bit) & 1 ? '#fff' : '#000';
    return `<rect x="${bit * SQUARE}" width="${SQUARE}" height="${SQUARE}" fill="${fill}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${BITS * SQUARE}" height="${SQUARE}">${squares.join('')}</svg>`;
}

/** Runs in the page: every number that the page's only picture shows, with the time (milliseconds since 1970) at which it was drawn. */
export function readStamps(forMs: number): Promise<{ readonly index: number; readonly at: number }[]> {
  const [bits, square] = [7, 24];
  const canvas = document.createElement('canvas');
  canvas.width = bits * square;
  canvas.height = square;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const seen: { index: number; at: number }[] = [];
  const until = performance.now() + forMs;
  return new Promise((resolve) => {
    const look = () => {
      const picture = document.querySelector('img');
      if (picture?.naturalWidth) {
        context.drawImage(picture, 0, 0);
        const { data } = context.getImageData(0, square / 2, bits * square, 1);
        let index = 0;
        for (let bit = 0; bit < bits; bit++) if (data[(bit * square + square / 2) * 4]! > 127) index |= 1 << bit;
        if (seen.at(-1)?.index !== index) seen.push({ index, at: Date.now() });
      }
      if (performance.now() < until) requestAnimationFrame(look);
      else resolve(seen);
    };
    requestAnimationFrame(look);
  });
}
