import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consentToEverything } from '../../../demo/person.ts';
import { type Stack, startStack } from '../../../demo/stack.ts';
import { ensureModels } from '../../../models/build.ts';
import { sandboxPeople } from '../../../server/authorities/sandbox/index.ts';
import { hasChromium, launch, openPage } from '../../testing/browser.ts';
import { at, lookAt, see } from '../../testing/till-page.ts';

const LIMIT_MS = 150_000;

const TITLE = 'the till page of a running kiosk (needs Chromium: apt-get install chromium)';

// A session that a busy machine leaves without pictures for seconds is rightly refused: then once more.
describe.skipIf(!hasChromium)(TITLE, { retry: 1 }, () => {
  const data = mkdtempSync(join(tmpdir(), 'kiosk-till-'));
  const over = new AbortController();
  let browser: Browser;
  let stack: Stack;
  let sales = 0;
  beforeAll(async () => {
    await ensureModels();
    const camera = { driver: 'simulated', portrait: 'zhang-min', mode: 'person' } as const;
    [browser, stack] = await Promise.all([
      launch(),
      startStack({ data, camera, ports: { screen: 0, till: 0, backend: 0 } }),
    ]);
    void consentToEverything(stack.screen, over.signal).catch(() => undefined);
  }, 180_000);
  afterAll(async () => {
    over.abort();
    await browser?.close();
    await stack?.stop();
    rmSync(data, { recursive: true, force: true });
  });

  it(
    'leads the cashier from the cardholder to a receipt, while a person turns and nods, through reloads',
    async () => {
      const { page, complaints } = await openPage(browser, stack.till, { width: 1024, height: 768 });
      page.setDefaultTimeout(LIMIT_MS);
      await see(page, 'cardholder');
      await page.fill(at('sale'), `SALE-${++sales}`);
      await page.fill(at('cardholder'), sandboxPeople().find(({ key }) => key === 'zhang-min')!.idNumber);
      await page.keyboard.press('Enter');
      await see(page, 'people');
      // From the insurer: her sister.
      expect(await page.locator('[data-person]').count()).toBe(2);
      await page.click(at('kiosk'));
      await page.waitForSelector('[data-stage="motions"].now');
      expect(await lookAt(page, 'running')).toEqual([]);
      await page.reload();
      // The authorities of the sandbox answer so fast that the page may find the sale ended when it comes back.
      await page.waitForSelector('[data-stage="matching"].now, [data-page="ended"]');
      await page.reload();
      await see(page, 'ended');
      expect(await page.textContent('h1')).toBe('核验成功');
      expect(await page.textContent(at('receipt'))).toContain('签名与单号已校验');
      expect(await lookAt(page, 'verified-for-real')).toEqual([]);
      expect(complaints).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'lets a member of staff vouch for somebody who only looks, and the receipt of the backend says who',
    async () => {
      const { page } = await openPage(browser, stack.till, { width: 1024, height: 768 });
      page.setDefaultTimeout(LIMIT_MS);
      await page.fill(at('sale'), `SALE-${++sales}`);
      await page.fill(at('cardholder'), sandboxPeople().find(({ key }) => key === 'zhang-min')!.idNumber);
      await page.keyboard.press('Enter');
      await page.check(at('assist-attested'));
      await page.click(at('kiosk'));
      await page.fill(at('staff'), '1023');
      await page.check(at('stated'));
      await page.click(at('attest'));
      await see(page, 'ended');
      expect(await page.textContent('h1')).toBe('核验成功');
      expect(await page.textContent(at('assisted'))).toBe('店员 1023 确认');
      expect(await page.textContent(at('receipt'))).toContain('签名与单号已校验');
    },
    LIMIT_MS,
  );
});
