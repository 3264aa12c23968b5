import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestSimulator, type TestSimulator } from '../../simulator/testing.ts';
import { findViolations } from '../../testing/axe.ts';
import { findOverflow, findOverlaps, hasChromium, launch, ROOT } from '../../testing/browser.ts';

const SIZE = { width: 1024, height: 768 };
const HOLDER = '11010519491231002X';
const FOLDER = join(ROOT, 'artifacts', 'till');
const at = (id: string) => `[data-id="${id}"]`;

describe.skipIf(!hasChromium)('the till page in Chromium (needs Chromium: apt-get install chromium)', () => {
  let browser: Browser;
  let kiosk: TestSimulator;
  let key: string;
  const contexts: BrowserContext[] = [];
  let sales = 0;

  beforeAll(async () => {
    mkdirSync(FOLDER, { recursive: true });
    browser = await launch();
    kiosk = await startTestSimulator({ pace: 0.15, lifetimeMs: 30_000 });
    const { page } = await open();
    await page.click(at('go'));
    await page.fill(at('code'), await codeShown());
    await page.keyboard.press('Enter');
    await see(page, 'cardholder');
    key = (await page.evaluate(() => localStorage.getItem('till-key')))!;
  }, 60_000);
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await kiosk?.remove();
  });

  async function codeShown(): Promise<string> {
    for (let tries = 0; kiosk.code() === undefined && tries < 500; tries++)
      await new Promise((wake) => setTimeout(wake, 10));
    return kiosk.code()!;
  }
  async function open() {
    const context = await browser.newContext({ viewport: SIZE });
    contexts.push(context);
    if (key) await context.addInitScript((mine) => localStorage.setItem('till-key', mine), key);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') asked.push(`${new URL(request.url()).pathname} ${request.postData()}`);
    });
    await page.goto(kiosk.url);
    return { page, complaints, asked, context };
  }
  const see = (page: Page, kind: string) => page.waitForSelector(`[data-page="${kind}"]`);
  const saleOf = (script: string) => `SIM-${script}.${++sales}`;
  async function toPeople(page: Page, script = 'VERIFIED') {
    const sale = saleOf(script);
    await page.fill(at('sale'), sale);
    await page.fill(at('cardholder'), HOLDER);
    await page.click(at('next'));
    await see(page, 'people');
    return sale;
  }
  async function picture(page: Page, name: string) {
    await page.waitForTimeout(60);
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    const faults = [await findOverflow(page), await findOverlaps(page), await findViolations(page)];
    expect(faults, name).toEqual([[], [], []]);
    expect(await page.evaluate(() => document.scrollingElement!.scrollHeight), name).toBeLessThanOrEqual(SIZE.height);
  }

  it('goes the straight way: cardholder, who is here, the person’s steps, the receipt', async () => {
    const { page, complaints } = await open();
    await see(page, 'cardholder');
    await picture(page, 'cardholder');
    await toPeople(page);
    await picture(page, 'people');
    await page.click(at('kiosk'));
    await see(page, 'running');
    await page.waitForSelector('[data-stage="motions"].now');
    await picture(page, 'running');
    await page.waitForSelector('[data-authority="bank"].answered');
    await see(page, 'ended');
    expect(await page.textContent('h1')).toBe('核验成功');
    await picture(page, 'verified');
    expect(complaints).toEqual([]);
  });
});
