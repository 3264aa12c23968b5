/** Everything that can be said of the code without running it: `npm run check`. Every check runs; the last line counts. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';

const FOLDERS = ['hardware', 'models', 'liveness', 'config', 'kiosk', 'server', 'till', 'demo', 'eval', 'tools'].filter(
  existsSync,
);

type Check = {
  readonly name: string;
  readonly command: readonly string[];
  readonly judge?: (output: string) => string;
};

const CHECKS: readonly Check[] = [
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '--error-on-warnings', '.'] },
  // Reads `.vue` files too, and everything that tsc reads.
  { name: 'types', command: ['vue-tsc'] },
  {
    name: 'boundaries',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', ...FOLDERS],
    // A compiler that dependency-cruiser does not understand makes it see nothing and succeed.
    judge: (output) => (/\((?!0 modules)\d+ modules/.test(output) ? '' : 'dependency-cruiser saw no modules'),
  },
  { name: 'dead code', command: ['knip', '--treat-config-hints-as-errors'] },
];

const failed = CHECKS.filter((check) => !passes(check));
console.log(`${CHECKS.length - failed.length} of ${CHECKS.length} checks passed`);
process.exitCode = failed.length === 0 ? 0 : 1;

function passes({ name, command, judge }: Check): boolean {
  const result = spawnSync(`node_modules/.bin/${command[0]}`, command.slice(1), { encoding: 'utf8' });
  const output = `${result.stdout}${result.stderr}`;
  const complaint = result.status === 0 ? (judge?.(output) ?? '') : output;
  console.log(complaint === '' ? `ok      ${name}` : `FAILED  ${name}\n${complaint}`);
  return complaint === '';
}
