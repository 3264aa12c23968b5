import type { Portrait } from '../../hardware/define.ts';
import { inLight, wearGlasses } from '../../hardware/simulated/circumstance.ts';
import { createTwoPeople } from '../../hardware/simulated/company.ts';
import { createMaskAttack } from '../../hardware/simulated/mask.ts';
import { type Habit, headHabit } from '../../hardware/simulated/performer.ts';
import { createPrintAttack } from '../../hardware/simulated/print.ts';
import { createScreenAttack } from '../../hardware/simulated/screen.ts';
import { createPerson, type Subject, type SubjectForm } from '../../hardware/simulated/subject.ts';
import type { Recipe } from './recipe.ts';

export type Portraits = (name: string) => Promise<Portrait>;

export const WIDTH = 640;
export const HEIGHT = 480;

/** Sets the scene of a recipe. */
export async function setScene(recipe: Recipe, portraits: Portraits): Promise<Subject> {
  const bare = await portraits(recipe.portrait);
  const portrait = recipe.glasses ? wearGlasses(bare) : bare;
  const other = await portraits(recipe.other);
  const form = formOf(recipe);
  return inLight(createActor(recipe, portrait, other, form), form, recipe.light);
}

function createActor({ actor, yaw, pitch }: Recipe, portrait: Portrait, other: Portrait, form: SubjectForm): Subject {
  const habit: Habit = { ...headHabit, yaw: [yaw - 1, yaw + 1], pitch: [pitch - 1, pitch + 1] };
  switch (actor.kind) {
    case 'person':
      return createPerson(portrait, { ...form, habit });
    case 'print':
      return createPrintAttack(portrait, other, form, actor.print);
    case 'screen':
      return createScreenAttack(createPerson(portrait, { ...form, habit }), form, actor.screen);
    case 'mask':
      return createMaskAttack(portrait, other, { ...form, habit }, actor.relief);
    case 'pair':
      return createTwoPeople(portrait, other, { ...form, habit });
  }
}

function formOf({ seed, speed, noise, distance }: Recipe): SubjectForm {
  return { width: WIDTH, height: HEIGHT, seed, speed, noise, distance };
}
