import { between, type Random } from '../../hardware/simulated/random.ts';
import type { AssistanceKind } from '../../liveness/contract.ts';
import { type Actor, drawAttack, drawRecipe, moveLittle, type Recipe } from './recipe.ts';
import type { Meddling } from './tamper.ts';

/** How a session is made of what stands before the camera. */
export type Play =
  /** Does as asked. */
  | 'obey'
  /** Moves when asked, but otherwise. */
  | 'misdirect'
  /** The film of a good session, shown while the next plan, drawn after it, is asked for. */
  | 'next-plan'
  /** The same film, while its own plan is asked for again. */
  | 'same-plan'
  /** Clips of two sittings of one person: looks of the one, motions of the other. */
  | 'two-sittings'
  /** Clips of one sitting. */
  | 'one-sitting'
  /** Another person from the first challenge's end on. */
  | 'swap'
  /** Another person for the motions only. */
  | 'swap-motions';

export type Kind = {
  readonly id: string;
  readonly title: string;
  /** Shows a true head in motion, or an exact picture of one: liveness alone is not expected to refuse it. What does. */
  readonly defence?: string;
  readonly play: Play;
  readonly meddling: Meddling;
  /** Drawn from the people's takes, or from takes of its own. */
  readonly takes: 'people' | 'own';
  /** Scenes of its own, where it takes more than usual to see what its forms make. */
  readonly scenes?: number;
  readonly recipe: (random: Random) => Recipe;
};

export const BONA_FIDE: Kind = {
  id: 'bona-fide',
  title: 'bona fide: a person who does as asked',
  play: 'obey',
  meddling: 'none',
  takes: 'people',
  recipe: (random) => drawRecipe(random, { kind: 'person' }),
};

/** Whoever is helped moves little; an attacker as far as it takes. */
export const recipeOf = (kind: Kind, assistance: AssistanceKind, random: Random): Recipe => {
  const recipe = kind.recipe(random);
  return kind === BONA_FIDE && assistance === 'gentle' ? moveLittle(recipe, random) : recipe;
};

/** Whoever wears a shallow mask overdoes it, as the face has to seem turned far enough. */
const mask =
  (low: number, high: number) =>
  (random: Random): Recipe => ({
    ...drawAttack(random, { kind: 'mask', relief: between(random, low, high) }),
    yaw: between(random, 28, 46),
    pitch: between(random, 18, 34),
  });

const PERSON: Actor = { kind: 'person' };
const flat = { handling: 'tilted', bend: 0, bendMore: 0, wave: 0, cut: 'sheet', eyeHoles: false } as const;

const shown = (id: string, title: string, actor: (random: Random) => Actor, more: Partial<Kind> = {}): Kind => ({
  id,
  title,
  play: 'obey',
  meddling: 'none',
  takes: 'own',
  recipe: (random) => drawAttack(random, actor(random)),
  ...more,
});

/** What needs no scene of its own: people's pictures, brought in order by an attacker. */
const fed = (id: string, title: string, play: Play, meddling: Meddling = 'none', defence?: string): Kind => ({
  id,
  title,
  play,
  meddling,
  takes: 'people',
  recipe: (random) => drawAttack(random, PERSON),
  ...(defence && { defence }),
});

const print =
  (form: (random: Random) => object) =>
  (random: Random): Actor => ({
    kind: 'print',
    print: { ...flat, ...form(random) },
  });
/** A phone, a tablet, a laptop: millimetres. */
const SCREENS = [
  { width: 68, height: 145, bezel: 3, scale: 0.36 },
  { width: 210, height: 150, bezel: 14, scale: 0.62 },
  { width: 300, height: 190, bezel: 12, scale: 0.85 },
] as const;
const screen = (random: Random): Actor => ({
  kind: 'screen',
  screen: { ...SCREENS[Math.floor(random() * SCREENS.length)]!, moire: between(random, 1, 6) },
});
const wall = (random: Random): Actor => ({
  kind: 'screen',
  screen: { width: 900, height: 620, bezel: 10, scale: 1, moire: between(random, 0.5, 3) },
});

export const ATTACKS: readonly Kind[] = [
  shown(
    'print-shifted',
    'flat photo, shifted to and fro',
    print(() => ({ handling: 'shifted' })),
  ),
  shown(
    'print-tilted',
    'flat photo, tilted as a head turns',
    print(() => ({})),
  ),
  shown(
    'print-bent',
    'photo bent and tilted',
    print((random) => ({ bend: between(random, 5, 45), bendMore: between(random, 0, 0.8) })),
  ),
  shown(
    'print-waved',
    'photo waved and tilted',
    print((random) => ({ bend: between(random, 0, 15), wave: between(random, 8, 25) })),
  ),
  shown(
    'print-cut-out',
    'face cut out of a photo, worn bent',
    print((random) => ({ cut: 'outline', bend: between(random, 10, 60), bendMore: between(random, 0, 0.5) })),
  ),
  shown(
    'print-eye-holes',
    'photo with eye holes, worn',
    print((random) => ({ eyeHoles: true, cut: random() < 0.5 ? 'sheet' : 'outline', bend: between(random, 0, 45) })),
  ),
  {
    ...shown('mask-shallow', 'shallow mask, a tenth to half of a head’s depth', () => PERSON),
    recipe: mask(0.1, 0.5),
    scenes: 16,
  },
  shown('screen-next-plan', 'screen that replays the session before', screen, { play: 'next-plan' }),
  shown('screen-wrong', 'screen that shows other motions', screen, { play: 'misdirect' }),
  shown('screen-right', 'screen that shows the right motions', screen, { defence: 'PAD alone' }),
  shown('screen-large', 'the same, no rim in the picture', wall, { defence: 'not defended: PAD misses it' }),
  fed('fed-wrong', 'injected film of other motions', 'misdirect'),
  fed('fed-next-plan', 're-used plan: injected film of the session before', 'next-plan'),
  fed('spliced-sittings', 'injected clips of two sittings, cut at each prompt', 'two-sittings'),
  fed('frozen', 'frozen picture', 'obey', 'frozen'),
  fed('looped', 'looping pictures', 'obey', 'looped'),
  fed('looped-anew', 'looping pictures, encoded anew', 'obey', 'looped-anew'),
  fed('times', 'pictures out of time', 'obey', 'times'),
  fed('swap', 'another person after the first challenge', 'swap'),
  fed('swap-motions', 'another person for the motions', 'swap-motions'),
  shown('two-faces', 'two people side by side', () => ({ kind: 'pair' })),
  {
    ...shown('mask-deep', 'mask with more than half of a head’s depth', () => PERSON, { defence: 'not defended' }),
    recipe: mask(0.5, 0.95),
  },
  shown('mask-full', 'rigid head in full, another’s face pasted on', () => ({ kind: 'mask', relief: 1 }), {
    defence: 'not defended',
  }),
  fed('spliced-sitting', 'injected clips of one sitting, right motions', 'one-sitting', 'none', 'not defended'),
  fed(
    'fed-same-plan',
    'injected film of the right motions, same plan',
    'same-plan',
    'none',
    'the backend: a plan is used once',
  ),
  fed('rendered', 'injected live 3-D rendering', 'obey', 'none', 'not defended'),
];

export const KINDS: readonly Kind[] = [BONA_FIDE, ...ATTACKS];
