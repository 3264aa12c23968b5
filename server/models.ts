import { type FaceModels, ModelError } from '../models/contract.ts';
import { openModels } from '../models/index.ts';

/** Models that are opened once, and asked for again as long as they are missing. */
export type LazyModels = {
  /** @throws ModelError */
  get(): Promise<FaceModels>;
  close(): Promise<void>;
};

export function lazyModels(open: () => Promise<FaceModels>): LazyModels {
  let opened: Promise<FaceModels> | undefined;
  return {
    get: () => {
      const attempt = opened ?? open();
      opened = attempt;
      attempt.catch(() => {
        if (opened === attempt) opened = undefined;
      });
      return attempt;
    },
    close: async () => {
      const models = await opened?.catch(() => undefined);
      await models?.close();
    },
  };
}

export const modelsIn = (directory: string): LazyModels => lazyModels(() => openModels({ directory }));

/** Why there are no models, in words for an operator. */
export async function whyUnready(models: LazyModels): Promise<string | undefined> {
  try {
    await models.get();
    return undefined;
  } catch (error) {
    return error instanceof ModelError ? `${error.code}: ${error.message}` : 'models: unknown fault';
  }
}
