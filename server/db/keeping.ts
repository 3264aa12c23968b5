import { type AppealStore, appealStore } from './keeping/appeals.ts';
import { type CodeStore, codeStore } from './keeping/codes.ts';
import { type ForgetStore, forgetStore } from './keeping/forget.ts';
import { type InvolvedStore, involvedStore } from './keeping/involved.ts';
import { type RetentionStore, retentionStore } from './keeping/retention.ts';
import { type SealedStore, sealedStore } from './keeping/sealed.ts';
import type { Db } from './tables.ts';

/** What operators and time do to what is kept. See migrations/0005-evidence.ts. */
export type KeepingStore = AppealStore & CodeStore & ForgetStore & InvolvedStore & RetentionStore & SealedStore;

export const keepingStore = (db: Db): KeepingStore => ({
  ...appealStore(db),
  ...codeStore(db),
  ...forgetStore(db),
  ...involvedStore(db),
  ...retentionStore(db),
  ...sealedStore(db),
});
