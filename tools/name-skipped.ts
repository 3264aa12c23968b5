/** A vitest reporter: names what was skipped, so that a missing program is seen and can be installed. */
import type { Reporter, TestModule } from 'vitest/node';

export default class NameSkipped implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
    if (skipped.length === 0) return;
    console.log(`Skipped, because something they need is missing here (${skipped.length}):`);
    for (const test of skipped) console.log(`  ${test.module.relativeModuleId}: ${test.fullName}`);
  }
}
