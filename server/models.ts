import { loadCanonicalFace } from '../models/canonical.ts';
import { type FaceModels, ModelError } from '../models/contract.ts';
import { openModels } from '../models/index.ts';
import type { ReferenceFace } from '../models/pose.ts';

/** What the backend looks at a still with: the networks, and the face that a head's pose is measured against. */
export type Eyes = FaceModels & { readonly canonical: ReferenceFace };

/** Models that are opened once, and asked for again as long as they are missing. */
export type LazyModels = {
  /** @throws ModelError */
  get(): Promise<Eyes>;
  close(): Promise<void>;
};

export function lazyModels(open: () => Promise<Eyes>): LazyModels {
  let opened: Promise<Eyes> | undefined;
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

export const modelsIn = (directory: string): LazyModels => lazyModels(() => openEyes(directory));

/** @throws ModelError `model-missing` or `model-corrupt`: never half of what is needed. */
export async function openEyes(directory: string): Promise<Eyes> {
  const canonical = await loadCanonicalFace(directory);
  return { ...(await openModels({ directory })), canonical };
}

/** Why there are no models, in words for an operator. */
export async function whyUnready(models: LazyModels): Promise<string | undefined> {
  try {
    await models.get();
    return undefined;
  } catch (error) {
    return error instanceof ModelError ? `${error.code}: ${error.message}` : 'models: unknown fault';
  }
}
