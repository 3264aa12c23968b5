import { createRandom, type Random } from '../../hardware/simulated/random.ts';
import type { AssistanceKind } from '../../liveness/contract.ts';
import type { Kind } from './attacks.ts';
import { BONA_FIDE, recipeOf } from './attacks.ts';
import type { Job } from './jobs.ts';
import { keyOf, type Library } from './library.ts';
import { pick, type Recipe } from './recipe.ts';

/** What will be done: which scenes are recorded, how many sessions of each kind are composed, how many rendered in full. */
export type Schedule = {
  readonly people: readonly Recipe[];
  readonly own: ReadonlyMap<string, readonly Recipe[]>;
  readonly shares: readonly { readonly kind: Kind; readonly composed: number; readonly pixels: number }[];
};

/** Takes of people, and of each attack that has a scene of its own; sessions that run through every pixel. */
const PEOPLE = 24;
const OWN = 6;
const PIXELS = { people: 24, attack: 3 } as const;
/** Sessions of each attack at least, as a share of the bona fide ones: so that the interval of each line is worth reading. */
const SHARE = 0.1;

export function schedule(
  kinds: readonly Kind[],
  count: number,
  seed: number,
  composedOnly = false,
  assistance: AssistanceKind = 'none',
): Schedule {
  const random = createRandom(seed);
  const attacks = kinds.filter((kind) => kind !== BONA_FIDE);
  const small = Math.min(1, count / 1000);
  const some = (number: number, least: number) => Math.max(least, Math.round(number * small));
  const people = Array.from({ length: some(PEOPLE, 4) }, () => recipeOf(BONA_FIDE, assistance, random));
  const own = new Map<string, readonly Recipe[]>();
  for (const kind of attacks) {
    if (kind.takes === 'own')
      own.set(
        kind.id,
        Array.from({ length: some(kind.scenes ?? OWN, 2) }, () => kind.recipe(random)),
      );
  }
  const each = Math.ceil(Math.max(count / Math.max(1, attacks.length), SHARE * count));
  const shares = kinds.map((kind) => {
    const total = kind === BONA_FIDE ? count : each;
    const pixels = composedOnly ? 0 : Math.min(total, some(kind === BONA_FIDE ? PIXELS.people : PIXELS.attack, 1));
    return { kind, composed: total - pixels, pixels };
  });
  return { people, own, shares };
}

/** The jobs, slow ones first. */
export function jobsOf(
  { people, own, shares }: Schedule,
  library: Library,
  seed: number,
  assistance: AssistanceKind = 'none',
): readonly Job[] {
  const random = createRandom(seed + 1);
  const draw = () => Math.floor(random() * 4_294_967_295);
  const pixels = shares.flatMap(({ kind, pixels }) =>
    Array.from({ length: pixels }, (): Job => ({ task: 'pixels', kind: kind.id, seed: draw(), assistance })),
  );
  const composed = shares.flatMap(({ kind, composed }) => {
    const stage = stageOf(kind, own, people);
    const batches = Math.min(composed, stage.length);
    return Array.from({ length: batches }, (_, index): Job => {
      const size = Math.floor(composed / batches) + (index < composed % batches ? 1 : 0);
      const main = stage[index % stage.length]!;
      return {
        task: 'compose',
        kind: kind.id,
        assistance,
        seeds: Array.from({ length: size }, draw),
        cast: {
          main: takeOf(main, library),
          sitting: takeOf(
            another(people, random, main, (name) => name === main.portrait),
            library,
          ),
          stranger: takeOf(
            another(people, random, main, (name) => name !== main.portrait),
            library,
          ),
        },
      };
    });
  });
  return [...pixels, ...composed];
}

/** Two sittings of one person need a person who sat twice: with one sitting it would be another attack. */
function stageOf(kind: Kind, own: Schedule['own'], people: readonly Recipe[]): readonly Recipe[] {
  if (kind.play !== 'two-sittings') return own.get(kind.id) ?? people;
  return people.filter((one) => people.some((other) => other !== one && other.portrait === one.portrait));
}

function takeOf(recipe: Recipe, library: Library) {
  return library.get(keyOf(recipe))!;
}

function another(people: readonly Recipe[], random: Random, than: Recipe, fits: (name: string) => boolean): Recipe {
  const found = people.filter((one) => one !== than && fits(one.portrait));
  return found.length > 0 ? pick(random, found) : than;
}
