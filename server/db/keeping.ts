import { type CodeStore, codeStore } from './keeping/codes.ts';
import { type InvolvedStore, involvedStore } from './keeping/involved.ts';
import type { Db } from './tables.ts';

/** What operators and time do to what is kept. See migrations/0005-evidence.ts. */
export type KeepingStore = InvolvedStore & CodeStore;

export const keepingStore = (db: Db): KeepingStore => ({ ...involvedStore(db), ...codeStore(db) });
