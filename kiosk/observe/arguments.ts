/** What the command line asks for. */
export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }
  | { readonly kind: 'observe'; readonly source: string; readonly json: boolean };

export const HELP = `usage: npm run observe -- SOURCE [--json]

Prints what the models see, a line a frame, and a summary at the end.

SOURCE   a film that ffmpeg reads (.mjpeg needs no ffmpeg), a folder of pictures or one picture
         (.jpg, .png; each is looked at for itself), or a camera (/dev/video0; Ctrl-C ends it)
--json   one JSON object a line: {"kind":"frame", …}, and a last one {"kind":"summary", …}

time     seconds on the source's time line (JSON: at, milliseconds)
faces    people near the camera; what is far smaller than the nearest face does not count
box      x,y width×height of the nearest face, pixels; frames wider than 640 are shrunk to that
yaw      degrees; > 0: the nose points to the picture's left edge (the person's own right, unmirrored)
pitch    degrees; > 0: the nose points up
roll     degrees; > 0: the head is rotated clockwise in the picture
quality  sharp: variance of the Laplacian over the face, grey levels²; bright, surround: mean grey level
         0…255 of the face and of the rest; inside: share of the face box within the picture, 0…1;
         JSON only: eyeLight, lipColour: about 1 and above 0 on a bare face (models/cover.ts)
ms       time for decoding and looking, milliseconds

Exit code: 0; 1 when some picture could not be read; 2 when the source or the models cannot be used.`;

/** Reads the words after the command. */
export function parseArguments(words: readonly string[]): Request {
  if (words.includes('--help') || words.includes('-h')) return { kind: 'help' };
  const unknown = words.find((word) => word.startsWith('-') && word !== '--json');
  if (unknown) return { kind: 'wrong', message: `unknown option ${unknown}; there is --json` };
  const sources = words.filter((word) => !word.startsWith('-'));
  if (sources.length !== 1) {
    const message = sources.length === 0 ? 'name a SOURCE' : `one SOURCE at a time, not ${sources.length}`;
    return { kind: 'wrong', message: `${message} (--help says more)` };
  }
  return { kind: 'observe', source: sources[0]!, json: words.includes('--json') };
}
