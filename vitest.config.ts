import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{hardware,models,liveness,config,kiosk,server,till,demo,eval,tools}/**/*.test.ts'],
    setupFiles: ['./tools/property-seed.ts'],
    testTimeout: 30_000,
    reporters: ['default', './tools/name-skipped.ts'],
    // Two workers: the models and the renderer are CPU-bound, and a kiosk has two cores.
    maxWorkers: 2,
  },
});
