import { createHash } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Listening, listen } from '../../listen.ts';
import { PERSON, startTestBackend, type TestBackend } from '../../testing/backend.ts';
import { findOverflow, hasChromium, launch, openPage, ROOT } from '../../testing/browser.ts';
import { createCounter, until } from '../../testing/counter.ts';
import { createTestTill } from '../../testing/till.ts';
import { readPages, TILL_FILES } from '../serve.ts';

const SIZE = { width: 1024, height: 768 };
const KEY = { name: 'till-a', sha256: createHash('sha256').update('secret-a').digest('hex') };

/** The end of a receipt, as people can compare it. */
const shortCode = (receipt: string) =>
  receipt
    .replace(/[^a-z0-9]/gi, '')
    .slice(-8)
    .toUpperCase();

describe.skipIf(!hasChromium)('the till page in Chromium (needs Chromium: apt-get install chromium)', () => {
  let browser: Browser;
  let backend: TestBackend;
  let counter: ReturnType<typeof createCounter>;
  const open: Listening[] = [];
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    backend = await startTestBackend();
    counter = createCounter(backend.url);
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
    await counter.close();
    await backend.shut();
  });

  async function openTill(keys: (typeof KEY)[] = []) {
    const pages = readPages(ROOT, TILL_FILES);
    const fault = (error: unknown) => {
      throw error;
    };
    const app = createTestTill(counter, { keys, pages, fault });
    const listening = await listen('till', app.fetch, { host: '127.0.0.1', port: 0 });
    open.push(listening);
    return openPage(browser, listening.url, SIZE);
  }
  async function fill(page: Awaited<ReturnType<typeof openTill>>['page']) {
    await page.fill('#sale', 'SALE-1001');
    await page.fill('#id-number', PERSON);
  }

  it('checks the ID number while it is typed, and opens the button only when it is right', async () => {
    const { page, complaints } = await openTill();
    await page.fill('#sale', 'SALE-1001');
    await page.fill('#id-number', PERSON.slice(0, 9));
    expect(await page.textContent('#id-problem')).toBe('');
    await page.fill('#id-number', `${PERSON.slice(0, 17)}0`);
    expect(await page.textContent('#id-problem')).toContain('校验码不对');
    expect(await page.isDisabled('#start')).toBe(true);
    await page.fill('#id-number', PERSON);
    expect(await page.isDisabled('#start')).toBe(false);
    expect([await findOverflow(page), complaints]).toEqual([[], []]);
    await page.close();
  });

  it('shows what the person is doing, survives a reload, and shows the outcome with the receipt’s short code', async () => {
    const { page, complaints } = await openTill();
    await fill(page);
    await page.click('#start');
    await page.waitForFunction(() => document.querySelector('#now')?.textContent === '等待顾客同意');
    expect(await page.textContent('#left')).toMatch(/还剩 \d+ 秒/);
    await page.reload();
    await page.waitForFunction(() => document.querySelector('#now')?.textContent === '等待顾客同意');
    expect(await page.inputValue('#id-number')).toBe('');
    await until(() => counter.consent.answer('v1', true));
    await until(() => counter.eyes.state.looked > 0);
    counter.eyes.state.rewind = true;
    await page.waitForSelector('#end:not([hidden])');
    expect(await page.textContent('#outcome')).toBe('核验成功');
    expect(await page.textContent('#next')).toBe('本次购药人脸认证完成');
    expect(await page.textContent('#facts')).toContain(shortCode(backend.receiptOf('v1')));
    expect([await findOverflow(page), complaints]).toEqual([[], []]);
    await page.close();
  });

  it('cancels, says so in words, and speaks English by one button', async () => {
    const { page, complaints } = await openTill();
    await fill(page);
    await page.click('#start');
    await page.click('#cancel');
    await page.waitForSelector('#end:not([hidden])');
    expect(await page.textContent('#reason')).toBe('收银台取消了核验');
    await page.click('#language');
    expect(await page.textContent('#reason')).toBe('The cashier cancelled it');
    await page.click('#again');
    expect(await page.isVisible('#ask')).toBe(true);
    expect([await findOverflow(page), complaints]).toEqual([[], []]);
    await page.close();
  });

  it('says why the kiosk refuses', async () => {
    backend.knobs.unknown = true;
    const { page } = await openTill();
    await fill(page);
    await page.click('#start');
    await page.waitForFunction(() => document.querySelector('#refusal')?.textContent?.includes('查无此人'));
    await page.close();
  });

  it('asks for the key of the till where one is needed', async () => {
    const { page } = await openTill([KEY]);
    await fill(page);
    await page.click('#start');
    await page.waitForSelector('#key-field:not([hidden])');
    await page.fill('#key', 'secret-a');
    await page.click('#start');
    await page.waitForSelector('#run:not([hidden])');
    expect(counter.desk.find('till-a', 'v1')?.sale).toBe('SALE-1001');
    await page.close();
  });
});
