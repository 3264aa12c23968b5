/** `npm run models`: puts the weights into `.cache/models`, or into the folder named as the only argument. */
import { buildModels } from './build.ts';
import { ModelError } from './contract.ts';

try {
  const directory = process.argv[2];
  const report = await buildModels({
    ...(directory === undefined ? {} : { directory }),
    report: (line) => console.error(line),
  });
  const seconds = (report.elapsedMs / 1000).toFixed(1);
  console.error(`models: ${report.built.length} built, ${report.kept.length} already there, ${seconds} s`);
} catch (error) {
  if (!(error instanceof ModelError)) throw error;
  console.error(`models: ${error.code}: ${error.message}`);
  process.exitCode = 1;
}
