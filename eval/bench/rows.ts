/** What is compared with what. The first contestant of a row is this project. */
export type Runner = { readonly lane: LaneName; readonly course: string; readonly says: string };
export type LaneName = 'ours' | 'human' | 'human-following' | 'face-api';

export type Row = {
  readonly id: string;
  readonly title: string;
  readonly ours: Runner;
  readonly peers: readonly Runner[];
  /** Which number of a contestant counts: kiosk frames differ in what is asked of them, so there the mean does. */
  readonly by: 'median' | 'mean';
  /** Frames in one go: a face is followed over consecutive ones. */
  readonly block: number;
};

const ours = (course: string, says: string): Runner => ({ lane: 'ours', course, says });
const human = (course: string, says: string): Runner => ({ lane: 'human', course, says });
const faceApi = (course: string, says: string): Runner => ({ lane: 'face-api', course, says });
const following: Runner = { lane: 'human-following', course: 'mesh', says: 'detect + mesh, skipping as shipped' };
const followingSpoof: Runner = {
  lane: 'human-following',
  course: 'spoof',
  says: 'the same + antispoof + liveness, skipping as shipped',
};

export const ROWS: readonly Row[] = [
  {
    id: 'frame',
    title: 'decoded frame → face + 468 points + pose (+ quality), face searched in every frame',
    ours: ours('frame', 'detect + mesh + pose + quality'),
    peers: [human('mesh', 'detect + mesh')],
    by: 'median',
    block: 5,
  },
  {
    id: 'pad',
    title: 'the same + PAD in every frame',
    ours: ours('pad', 'detect + mesh + pose + quality + PAD'),
    peers: [human('spoof', 'detect + mesh + antispoof + liveness')],
    by: 'median',
    block: 5,
  },
  {
    id: 'kiosk',
    title: 'as the kiosk really runs: face followed, PAD and embedding when the session asks',
    ours: ours('kiosk', 'detect every 5th frame, PAD and embedding on chosen frames'),
    peers: [human('spoof', 'detect + mesh + antispoof + liveness'), followingSpoof],
    by: 'mean',
    block: 10,
  },
  {
    id: 'embedding',
    title: 'decoded frame → the same + embedding',
    ours: ours('embedding', 'detect + mesh + pose + quality + 512 numbers'),
    peers: [
      human('description', 'detect + mesh + description'),
      faceApi('tiny', 'tiny detector + 68 points + descriptor'),
    ],
    by: 'median',
    block: 3,
  },
  {
    id: 'jpeg',
    title: '1280 wide JPEG → decoded at 640 → face + 468 points + pose',
    ours: ours('jpeg', 'decode + detect + mesh + pose + quality'),
    peers: [human('jpeg', 'the same decoder + detect + mesh')],
    by: 'median',
    block: 5,
  },
  {
    id: 'following',
    title: 'decoded frame, face known from the last one',
    ours: ours('following', 'mesh in every frame, detect every 5th'),
    peers: [following],
    by: 'median',
    block: 15,
  },
  {
    id: 'evidence',
    title: 'evidence frame',
    ours: ours('evidence', 'detect + mesh + pose + quality + PAD + 512 numbers'),
    peers: [faceApi('ssd', 'SSD + 68 points + descriptor')],
    by: 'median',
    block: 2,
  },
];
