import type { AssistanceKind } from '../contract.ts';
import type { Assistance } from './assistance.ts';
import { attested } from './attested.ts';
import { gentle } from './gentle.ts';
import { none } from './none.ts';

/** The table of assistances: one file and one line each. */
export const ASSISTANCES: Readonly<Record<AssistanceKind, Assistance>> = { none, gentle, attested };
