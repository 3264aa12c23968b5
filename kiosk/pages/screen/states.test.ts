import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from '../../testing/axe.ts';
import {
  everyState,
  findCut,
  findOverflow,
  findOverlaps,
  findSmall,
  hasChromium,
  launch,
  openPage,
  ROOT,
  SIZES,
  startPictures,
  startScreen,
} from '../../testing/browser.ts';

/** With WCAG's AAA for contrast, 7:1, and its smallest size to touch. */
const STRICT = { rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } } };
type Screen = Awaited<ReturnType<typeof startScreen>>;
/** For a person to look at; CI keeps them beside its report. */
const FOLDER = join(ROOT, 'artifacts', 'screen');

describe.skipIf(!hasChromium)('every state of the screen (needs Chromium: apt-get install chromium)', () => {
  let browser: Browser;
  let screen: Screen;
  let stopPictures: () => void;
  beforeAll(async () => {
    mkdirSync(FOLDER, { recursive: true });
    [browser, screen] = [await launch(), await startScreen()];
    stopPictures = await startPictures(screen.preview);
  });
  afterAll(async () => {
    stopPictures?.();
    await browser?.close();
    await screen?.close();
  });

  async function look(page: Page, name: string, size: { width: number; height: number }) {
    await page.screenshot({
      path: join(FOLDER, `${size.width}x${size.height}-${name}.jpg`),
      type: 'jpeg',
      quality: 85,
    });
    expect(await findOverflow(page), `${name}: sticks out`).toEqual([]);
    expect(await findCut(page), `${name}: is cut`).toEqual([]);
    expect(await findOverlaps(page), `${name}: overlaps`).toEqual([]);
    expect(await findSmall(page), `${name}: too small`).toEqual([]);
  }
  async function showEach(page: Page, see: (name: string) => Promise<void>) {
    for (const [name, state, says] of everyState(Date.now() + 60_000)) {
      screen.hub.show({ store: '惠民大药房（解放大道店）', ...state } as Parameters<Screen['hub']['show']>[0]);
      await page.waitForSelector(`[data-state="${state.kind}"] h1`);
      if (page.url().endsWith('#en')) {
        if ((await page.getAttribute('html', 'lang')) !== 'en') await page.click('[data-id="language"]');
      } else
        await page.waitForFunction(
          (text) => new RegExp(text).test(document.querySelector('h1')?.textContent ?? ''),
          says.source,
        );
      await see(name);
      if (name !== 'invitation') continue;
      await page.click('[data-id="begin"]');
      await see('consent');
      await page.click('[data-id="how"]');
      await see('how');
      await page.keyboard.press('Escape');
    }
  }

  /** Where oval, drawing and ticks stand; they keep their places while the prompts change. */
  const placesOf = (page: Page) =>
    page.evaluate(() => {
      if (!document.querySelector('.ticks')) return undefined;
      // As they are laid out: where light is needed, the oval becomes smaller on its place.
      const parts = [...document.querySelectorAll<HTMLElement>('.capture > .oval, .guide, .ticks')];
      return parts.map(({ offsetLeft, offsetTop }) => [offsetLeft, offsetTop]).join();
    });

  it.each(SIZES)(
    'is whole, large, apart and at rest at $width×$height; neither browser nor axe-core complain',
    async (size) => {
      const { page, complaints } = await openPage(browser, screen.url, size);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      const places = new Set<string | undefined>();
      await showEach(page, async (name) => {
        await look(page, name, size);
        expect(await findViolations(page, STRICT), name).toEqual([]);
        places.add(await placesOf(page));
      });
      expect(complaints).toEqual([]);
      expect([...places].filter(Boolean)).toHaveLength(1);
      await page.close();
    },
  );

  it('is whole in English on the smallest screen, too', async () => {
    const size = SIZES[2];
    const { page } = await openPage(browser, screen.url, size);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto(`${screen.url}/#en`);
    await showEach(page, async (name) => {
      await look(page, `${name}-en`, size);
      if (name === 'consent' || name === 'turn-left') expect(await findViolations(page, STRICT), name).toEqual([]);
    });
    await page.close();
  });
});
