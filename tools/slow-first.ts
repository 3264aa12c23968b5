/** Begins with the tests that mostly wait, for processes, browsers and people, so that none of them is left over at the end. */
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

const SLOW =
  /\/(demo|kiosk\/pages|kiosk\/observe|server\/(decide|commands)|hardware\/drivers)\/|\/(main|faults)\.test\.ts$/;

export default class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
