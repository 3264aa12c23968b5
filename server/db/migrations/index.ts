import { first } from './0001-first.ts';
import { rounds } from './0002-rounds.ts';
import { chainedAudit } from './0003-chained-audit.ts';
import { throttles } from './0004-throttles.ts';
import { evidence } from './0005-evidence.ts';
import { withdrawn } from './0006-withdrawn.ts';
import { assistance } from './0007-assistance.ts';
import type { MigrationStep } from './step.ts';

/** Every change of the tables, in the order of their names: one file and one line each. */
export const MIGRATIONS: Readonly<Record<string, MigrationStep>> = {
  '0001-first': first,
  '0002-rounds': rounds,
  '0003-chained-audit': chainedAudit,
  '0004-throttles': throttles,
  '0005-evidence': evidence,
  '0006-withdrawn': withdrawn,
  '0007-assistance': assistance,
};
