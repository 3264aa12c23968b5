/** Property tests try the same cases on every run, so that nothing lands or fails by luck; `PROPERTY_SEED=random` explores. */
import process from 'node:process';
import fc from 'fast-check';

if (process.env.PROPERTY_SEED !== 'random')
  fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20_261_122) });
