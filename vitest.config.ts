import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import SlowFirst from './tools/slow-first.ts';

export default defineConfig({
  test: {
    include: ['{hardware,models,liveness,config,kiosk,server,till,demo,eval,tools}/**/*.test.ts'],
    setupFiles: ['./tools/property-seed.ts'],
    // A machine that does much else is slow, not wrong: nothing waits for these but a fault.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './tools/name-skipped.ts'],
    sequence: { sequencer: SlowFirst },
    // Of the processes that tests start, each compiles what the others have compiled already: half of their work.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '.cache', 'compiled') },
    // One more than the two cores of a kiosk: a third of the time a worker waits for a process, a browser or a person.
    maxWorkers: 3,
  },
});
