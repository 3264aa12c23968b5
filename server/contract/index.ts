export * from './assistance.ts';
export * from './evidence.ts';
export * from './id-number.ts';
export * from './people.ts';
export * from './problem.ts';
export * from './reasons.ts';
export * from './schemas.ts';
