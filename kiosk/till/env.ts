import type { TillIdentity } from './auth.ts';

/** What is known of a request once its key was looked at. */
export type TillEnv = { Variables: { till: TillIdentity } };
