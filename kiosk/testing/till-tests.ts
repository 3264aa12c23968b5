import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, type TestContext } from 'vitest';
import type { SimulatorOptions } from '../simulator/stack.ts';
import { hasChromium } from './browser.ts';
import { openBrowser, startTillPage } from './till-page.ts';

/** Of one test, milliseconds: a machine that does much else is slow, not wrong. */
const LIMIT_MS = 180_000;

type StartCounter = (
  test: Pick<TestContext, 'onTestFinished'>,
  options?: Partial<SimulatorOptions>,
) => ReturnType<typeof startTillPage>;

/** Tests of the till page, side by side: one Chromium for all of them, a counter for each. */
export function describeTillPage(title: string, tests: (startCounter: StartCounter) => void): void {
  const named = `${title} (needs Chromium: apt-get install chromium)`;
  describe.skipIf(!hasChromium).concurrent(named, { timeout: LIMIT_MS }, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    }, LIMIT_MS);
    afterAll(() => browser?.close());
    tests((test, options) => startTillPage(test, browser, options));
  });
}
