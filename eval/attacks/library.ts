import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from './jobs.ts';
import type { Pool } from './pool.ts';
import type { Recipe } from './recipe.ts';
import type { Take } from './take.ts';

/** Takes by the key of their recipe. */
export type Library = ReadonlyMap<string, Take>;

export const keyOf = (recipe: Recipe): string =>
  createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 16);

/** Records every recipe once; with a folder, those that lie there are read instead. */
export async function recordLibrary(
  recipes: readonly Recipe[],
  pool: Pool,
  folder: string | undefined,
  done: () => void,
): Promise<Library> {
  const library = new Map<string, Take>();
  const missing = new Map(recipes.map((recipe) => [keyOf(recipe), recipe]));
  if (folder !== undefined) {
    for (const key of missing.keys()) {
      const text = await readFile(join(folder, `${key}.json`), 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      library.set(key, JSON.parse(text) as Take);
      done();
    }
    for (const key of library.keys()) missing.delete(key);
  }
  const jobs = [...missing.values()].map((recipe): Job => ({ task: 'take', recipe }));
  await pool.run(jobs, async (job, answer) => {
    if (!('take' in answer) || job.task !== 'take') return;
    const key = keyOf(job.recipe);
    library.set(key, answer.take);
    if (folder !== undefined) await save(folder, key, answer.take);
    done();
  });
  return library;
}

async function save(folder: string, key: string, take: Take): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${key}.json`), JSON.stringify(take));
}
