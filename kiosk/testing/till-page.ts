import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { SimulatorOptions } from '../simulator/stack.ts';
import { startTestSimulator } from '../simulator/testing.ts';
import { findViolations } from './axe.ts';
import { findOverflow, findOverlaps, ROOT } from './browser.ts';

const SIZE = { width: 1024, height: 768 };
/** Git-ignored: every page as it was looked at. */
const FOLDER = join(ROOT, 'artifacts', 'till');
export const HOLDER = '11010519491231002X';

export const at = (id: string) => `[data-id="${id}"]`;
export const see = (page: Page, kind: string) => page.waitForSelector(`[data-page="${kind}"]`);

export type OpenTill = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What was posted: path and body. */
  readonly posted: { readonly path: string; readonly body: Record<string, unknown> }[];
  /** What the page's scripts complained of. */
  readonly complaints: string[];
};

/** The till page of a simulator, and a browser that is paired with it. */
export async function startTillPage(browser: Browser, options: Partial<SimulatorOptions>) {
  mkdirSync(FOLDER, { recursive: true });
  const kiosk = await startTestSimulator(options);
  const contexts = new Map<string, BrowserContext>();
  const pages: Page[] = [];
  let sales = 0;

  /** A till's browser keeps what it has of the page; one without a key is a new browser. */
  async function contextOf(key: string | undefined): Promise<BrowserContext> {
    const kept = key === undefined ? undefined : contexts.get(key);
    const context = kept ?? (await browser.newContext({ viewport: SIZE, reducedMotion: 'reduce' }));
    contexts.set(key ?? `none ${contexts.size}`, context);
    if (kept) return kept;
    context.setDefaultTimeout(6000);
    if (key !== undefined)
      await context.addInitScript(
        (mine) => localStorage.getItem('till-key') ?? localStorage.setItem('till-key', mine),
        key,
      );
    return context;
  }

  async function open(how: { readonly key?: string; readonly path?: string } = {}): Promise<OpenTill> {
    const context = await contextOf(how.key);
    const page = await context.newPage();
    pages.push(page);
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
    await page.goto(`${kiosk.url}${how.path ?? ''}`);
    return till;
  }

  /** A reference that is new; the simulator plays what its name says. */
  const saleOf = (script: string) => `SIM-${script}.${++sales}`;

  return {
    kiosk,
    open,
    saleOf,
    /** To the list of people, by way of the cardholder. */
    async toPeople(page: Page, script = 'VERIFIED'): Promise<string> {
      const sale = saleOf(script);
      await page.fill(at('sale'), sale);
      await page.fill(at('cardholder'), HOLDER);
      await page.click(at('next'));
      await see(page, 'people');
      return sale;
    },
    async codeShown(before?: string): Promise<string> {
      for (let tries = 0; tries < 500 && (kiosk.code() ?? before) === before; tries++)
        await new Promise((wake) => setTimeout(wake, 10));
      return kiosk.code()!;
    },
    closePages: () => Promise.all(pages.splice(0).map((page) => page.close())),
    remove: kiosk.remove,
  };
}

/** A picture of the page, and everything that is wrong with it: cut off, overlapping, small, pale, hard to use. */
export async function lookAt(page: Page, name: string): Promise<string[]> {
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  const [cut, overlapping, violations] = [findOverflow(page), findOverlaps(page), findViolations(page, STRICT)];
  const small = await page.evaluate(() => {
    const touched = [...document.querySelectorAll<HTMLElement>('button, input, select, a')].filter((element) => {
      const { width, height } = (element.closest('label') ?? element).getBoundingClientRect();
      return width > 0 && Math.min(width, height) < 44;
    });
    const scrolls = document.scrollingElement!.scrollHeight > innerHeight;
    return [
      ...touched.map(({ outerHTML }) => `under 44 px: ${outerHTML.slice(0, 120)}`),
      ...(scrolls ? ['scrolls'] : []),
    ];
  });
  return [...(await cut), ...(await overlapping), ...(await violations), ...small];
}

/** 7:1, which axe-core asks for only when told to. */
const STRICT = { rules: { 'color-contrast-enhanced': { enabled: true } }, resultTypes: ['violations'] } as const;
