import { createRandom } from '../../hardware/simulated/random.ts';
import { createPortraits } from '../../kiosk/eyes/portraits.ts';
import { createObserver, type Observer } from '../../kiosk/observe/observer.ts';
import type { AssistanceKind } from '../../liveness/contract.ts';
import { loadCanonicalFace } from '../../models/canonical.ts';
import { openModels } from '../../models/index.ts';
import { KINDS, recipeOf } from './attacks.ts';
import { createLook, createPlayer, type Place } from './player.ts';
import type { Recipe } from './recipe.ts';
import { HEIGHT, type Portraits, setScene, WIDTH } from './scene.ts';
import { recordTake, type Take } from './take.ts';
import { type Cast, type Result, runTrial } from './trial.ts';

/** The takes that sessions of one kind are composed from; each cast is one session's main, other sitting and stranger. */
export type Ensemble = { readonly main: Take; readonly sitting: Take; readonly stranger: Take };

export type Job =
  | { readonly task: 'take'; readonly recipe: Recipe }
  | { readonly task: 'pixels'; readonly kind: string; readonly seed: number; readonly assistance: AssistanceKind }
  | {
      readonly task: 'compose';
      readonly kind: string;
      readonly assistance: AssistanceKind;
      readonly seeds: readonly number[];
      readonly cast: Ensemble;
    };

export type Answer = { readonly take: Take } | { readonly results: readonly Result[] };

/** Opens the models once, then does one job after the other. */
export async function createBench(directory: string): Promise<(job: Job) => Promise<Answer>> {
  const models = await openModels({ directory });
  const canonical = await loadCanonicalFace(directory);
  const portraits = createPortraits({ models, canonical, directory });
  const observer = () => createObserver(models, { canonical });

  return async (job) => {
    if (job.task === 'take') {
      return { take: await recordTake(await setScene(job.recipe, portraits), observer(), job.recipe.speed) };
    }
    const kind = KINDS.find(({ id }) => id === job.kind)!;
    if (job.task === 'pixels') {
      const random = createRandom(job.seed);
      const outcome = await runTrial(
        kind,
        renderedCast(recipeOf(kind, job.assistance, random), portraits, observer),
        random,
        job.assistance,
      );
      return { results: [{ kind: kind.id, way: 'pixels', seed: job.seed, ...outcome }] };
    }
    const results: Result[] = [];
    for (const seed of job.seeds) {
      const random = createRandom(seed);
      const outcome = await runTrial(kind, composedCast(job.cast, random), random, job.assistance);
      results.push({ kind: kind.id, way: 'composed', seed, ...outcome });
    }
    return { results };
  };
}

function composedCast({ main, sitting, stranger }: Ensemble, random: () => number): Cast<Place> {
  const rate = 2 ** (random() - 0.5);
  return {
    main: () => createPlayer(main, rate),
    sitting: () => createPlayer(sitting, rate),
    stranger: () => createPlayer(stranger, rate),
    look: () => createLook(random),
  };
}

/** Each scene anew, every picture rendered and looked at. */
function renderedCast(recipe: Recipe, portraits: Portraits, observer: () => Observer): Cast<Uint8Array> {
  const random = createRandom(recipe.seed);
  const again = (): Recipe => ({
    ...recipe,
    seed: recipe.seed + 1,
    distance: recipe.distance * (0.9 + 0.2 * random()),
    light: { face: recipe.light.face * (0.85 + 0.3 * random()), room: recipe.light.room * (0.85 + 0.3 * random()) },
  });
  return {
    main: () => setScene(recipe, portraits),
    sitting: () => setScene(again(), portraits),
    stranger: () => setScene({ ...again(), portrait: recipe.other, other: recipe.portrait }, portraits),
    look: () => {
      const eyes = observer();
      return async (data, when, wants) => {
        const frame = { ...when, width: WIDTH, height: HEIGHT, image: { kind: 'rgb' as const, data } };
        return (await eyes.observe(frame, wants)).observation;
      };
    },
  };
}
