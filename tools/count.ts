/** Counts a vitest JSON report and fails on a skipped test, so that CI never passes by leaving something out. */
import { readFileSync } from 'node:fs';
import process from 'node:process';

type Report = {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
};

const report = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Report;
const all = report.testResults.flatMap((file) => file.assertionResults);
const skipped = all.filter((test) => test.status !== 'passed' && test.status !== 'failed');
const brokenFiles = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);

for (const test of skipped) console.log(`skipped: ${test.fullName}`);
for (const file of brokenFiles) console.log(`could not be loaded: ${file.name}`);
console.log(
  `${report.numPassedTests} passed, ${report.numFailedTests + brokenFiles.length} failed, ${skipped.length} skipped`,
);
const clean = all.length > 0 && skipped.length + brokenFiles.length + report.numFailedTests === 0;
process.exitCode = clean ? 0 : 1;
