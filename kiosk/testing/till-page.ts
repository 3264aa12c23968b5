import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { TestContext } from 'vitest';
import { ensurePages } from '../pages/build/ensure.ts';
import type { SimulatorOptions } from '../simulator/stack.ts';
import { startTestSimulator } from '../simulator/testing.ts';
import { findViolations } from './axe.ts';
import { findOverflow, findOverlaps, launch, ROOT } from './browser.ts';
import { until } from './counter.ts';
import { pairTill, type Send } from './pairing.ts';

const SIZE = { width: 1024, height: 768 };
/** Git-ignored: every page as it was looked at. */
const FOLDER = join(ROOT, 'artifacts', 'till');
export const HOLDER = '11010519491231002X';

export const at = (id: string) => `[data-id="${id}"]`;
export const see = (page: Page, kind: string) => page.waitForSelector(`[data-page="${kind}"]`);

/** Milliseconds in which anything must have come, on a machine that does much else. */
const WAIT_MS = 30_000;
/** A sixteenth of the time that people take; what a test has to see while it lasts is asked for more slowly. */
const PACE = 0.06;

export type OpenTill = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What was posted: path and body. */
  readonly posted: { readonly path: string; readonly body: Record<string, unknown> }[];
  /** What the page's scripts complained of. */
  readonly complaints: string[];
};

/** A browser, once the pages are built: many tests at once would build them many times. */
export async function openBrowser(): Promise<Browser> {
  await ensurePages(ROOT);
  return launch();
}

/** A simulator and a till's browser for one test, so that tests can run side by side; `open` is paired with it. */
export async function startTillPage(
  test: Pick<TestContext, 'onTestFinished'>,
  browser: Browser,
  options: Partial<SimulatorOptions> = {},
) {
  mkdirSync(FOLDER, { recursive: true });
  const kiosk = await startTestSimulator({ pace: PACE, lifetimeMs: 60_000, ...options });
  test.onTestFinished(kiosk.remove);
  const context = await browser.newContext({ viewport: SIZE, reducedMotion: 'reduce' });
  test.onTestFinished(() => context.close());
  context.setDefaultTimeout(WAIT_MS);
  await context.addInitScript(notePages);
  let sales = 0;
  let paired: Promise<string> | undefined;

  async function codeShown(before?: string): Promise<string> {
    await until(() => (kiosk.code() ?? before) !== before, WAIT_MS);
    return kiosk.code()!;
  }
  async function pairContext(): Promise<string> {
    const made = await pairTill(sendTo(kiosk.url), 'till-1', () => kiosk.code()!);
    if (!('key' in made)) throw new Error(`not paired: ${made.code}`);
    await context.addInitScript((mine) => localStorage.setItem('till-key', mine), made.key);
    return made.key;
  }
  const key = () => {
    paired ??= pairContext();
    return paired;
  };

  async function openUnpaired(path = ''): Promise<OpenTill> {
    const page = await context.newPage();
    const till: OpenTill = { page, context, posted: [], complaints: [] };
    page.on('pageerror', (error) => till.complaints.push(String(error)));
    page.on('console', (message) => {
      const { type, text } = { type: message.type(), text: message.text() };
      // What the browser says by itself of answers that are no success, and of a line that is cut.
      if (type === 'warning' || (type === 'error' && !/Failed to load resource/.test(text))) till.complaints.push(text);
    });
    page.on('request', (request) => {
      if (request.method() !== 'POST') return;
      const body = (request.postDataJSON() ?? {}) as Record<string, unknown>;
      till.posted.push({ path: new URL(request.url()).pathname, body });
    });
    await page.goto(`${kiosk.url}${path}`);
    return till;
  }
  async function open(path = ''): Promise<OpenTill> {
    await key();
    return openUnpaired(path);
  }
  /** A reference that is new; the simulator plays what its name says. */
  const saleOf = (script: string) => `SIM-${script}.${++sales}`;
  /** To the list of people, by way of the cardholder. */
  async function toPeople(page: Page, script = 'VERIFIED'): Promise<string> {
    const sale = saleOf(script);
    await page.fill(at('sale'), sale);
    await page.fill(at('cardholder'), HOLDER);
    await page.click(at('next'));
    await see(page, 'people');
    return sale;
  }
  async function begin(script: string, path = '') {
    const till = await open(path);
    return { ...till, sale: await toPeople(till.page, script) };
  }
  return { kiosk, key, open, openUnpaired, begin, saleOf, toPeople, codeShown };
}

const sendTo =
  (url: string): Send =>
  async (method, path, body) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, json: JSON.parse(text), text, pin: '' };
  };

/** Runs in the page: every page that is shown, every stage, every authority that answers, the time left; in their order. */
function notePages(): void {
  const noted: string[] = [];
  Object.assign(window, { noted });
  const look = () => {
    for (const element of document.querySelectorAll<HTMLElement>(
      '[data-page], .now[data-stage], .answered[data-authority], [data-id="left"]',
    )) {
      const { page, stage, authority } = element.dataset;
      const name = page ?? stage ?? authority ?? element.ariaLabel!;
      if (!noted.includes(name)) noted.push(name);
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}

export const notedBy = (page: Page): Promise<string[]> =>
  page.evaluate(() => (window as unknown as { noted: string[] }).noted);

/** Waits until the page was at `kind`, which may be over: since it was loaded, or `forget` was called. */
export const pass = (page: Page, kind: string) =>
  page.waitForFunction((name) => (window as unknown as { noted: string[] }).noted.includes(name), kind);

export const forget = (page: Page): Promise<void> =>
  page.evaluate(() => (window as unknown as { noted: string[] }).noted.splice(0)).then(() => undefined);

/** The questions that were asked. */
export const asks = ({ posted }: Pick<OpenTill, 'posted'>) => posted.filter(({ path }) => path === '/v1/verifications');

export const headline = (page: Page) => page.textContent('h1');

/** A picture of the page, and everything that is wrong with it: cut off, overlapping, small, pale, hard to use. */
export async function lookAt(page: Page, name: string): Promise<string[]> {
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  const [cut, overlapping, violations] = [findOverflow(page), findOverlaps(page), findViolations(page, STRICT)];
  const small = await page.evaluate(() => {
    const touched = [...document.querySelectorAll<HTMLElement>('button, input, select, a')].filter((element) => {
      const { width, height } = (element.closest('label') ?? element).getBoundingClientRect();
      return width > 0 && Math.min(width, height) < 64;
    });
    const scrolls = document.scrollingElement!.scrollHeight > innerHeight;
    return [
      ...touched.map(({ outerHTML }) => `under 64 px: ${outerHTML.slice(0, 120)}`),
      ...(scrolls ? ['scrolls'] : []),
    ];
  });
  return [...(await cut), ...(await overlapping), ...(await violations), ...small];
}

/** 7:1, which axe-core asks for only when told to. */
const STRICT = { rules: { 'color-contrast-enhanced': { enabled: true } }, resultTypes: ['violations'] } as const;
