import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyState, findOverflow, hasChromium, launch, openPage, SIZES, startScreen } from '../../testing/browser.ts';

type Screen = Awaited<ReturnType<typeof startScreen>>;
const about = () => ({ store: 's', verification: 'v1', endsAt: Date.now() + 60_000, lifetimeMs: 120_000 });
const shown = (page: Page, kind: string) => page.waitForSelector(`[data-state="${kind}"]`);
const at = (id: string) => `[data-id="${id}"]`;
const pictures = (page: Page) => page.evaluate(() => [...document.querySelectorAll('img')].map((image) => image.src));

describe.skipIf(!hasChromium)('the screen page in Chromium (needs Chromium: apt-get install chromium)', () => {
  let browser: Browser;
  let screen: Screen;
  let pushing: NodeJS.Timeout;
  beforeAll(async () => {
    [browser, screen] = [await launch(), await startScreen()];
    const grey = { create: { width: 64, height: 48, channels: 3, background: '#777' } } as const;
    const data = await sharp(grey).jpeg().toBuffer();
    let seq = 0;
    screen.preview.start();
    const push = () =>
      screen.preview.push({ seq: seq++, at: seq, width: 64, height: 48, image: { kind: 'jpeg', data } });
    pushing = setInterval(push, 60);
  });
  afterAll(async () => {
    clearInterval(pushing);
    await browser?.close();
    await screen?.close();
  });

  it.each(SIZES)('shows every state at $width×$height, whole and without complaints', async (size) => {
    const { page, complaints } = await openPage(browser, screen.url, size);
    for (const [name, state, says] of everyState(Date.now() + 60_000)) {
      screen.hub.show({ store: '惠民大药房', ...state } as Parameters<Screen['hub']['show']>[0]);
      await page.waitForFunction(
        (text) => new RegExp(text).test(document.querySelector('h1')?.textContent ?? ''),
        says.source,
      );
      expect(await findOverflow(page), name).toEqual([]);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('offers consent and the other way at equal size, and sends what was touched', async () => {
    const { page } = await openPage(browser, screen.url, SIZES[0]);
    screen.hub.show({ ...about(), kind: 'invitation', subject: '王*明', sale: 'S-1' });
    await page.click(at('begin'));
    const [agree, refuse] = [
      (await page.locator(at('agree')).boundingBox())!,
      (await page.locator(at('refuse')).boundingBox())!,
    ];
    expect([agree.width, agree.height].map(Math.round)).toEqual([refuse.width, refuse.height].map(Math.round));
    expect(agree.height).toBeGreaterThanOrEqual(64);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('h1, p, button, summary')]
        .filter((element) => element.getBoundingClientRect().width > 0 && element.textContent)
        .filter((element) => Number.parseFloat(getComputedStyle(element).fontSize) < 32)
        .map((element) => element.id),
    );
    expect(small).toEqual([]);
    const answered = screen.consent.ask('v1', new AbortController().signal);
    await page.click(at('refuse'));
    expect(await answered).toMatchObject({ given: false });
    await page.close();
  });

  it('shows the preview mirrored only while a capture runs, and keeps nothing personal afterwards', async () => {
    const { page } = await openPage(browser, screen.url, SIZES[0]);
    screen.hub.show({ ...about(), kind: 'invitation', subject: '王*明', sale: 'S-1' });
    await shown(page, 'invitation');
    expect(await pictures(page)).toEqual([]);
    screen.hub.show({ ...about(), kind: 'look', done: 0, of: 2 });
    await page.waitForFunction(() => document.querySelector('img')?.naturalWidth === 64);
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('img')!).transform)).toMatch(
      /matrix\(-1,/,
    );
    screen.hub.show({ store: 's', kind: 'idle' });
    await shown(page, 'idle');
    expect(await pictures(page)).toEqual([]);
    expect(await page.textContent('body')).not.toContain('王');
    await page.close();
  });

  it('fills the arc by the real angle and turns the head the way that is asked', async () => {
    const { page } = await openPage(browser, screen.url, SIZES[1]);
    const challenge = {
      ...about(),
      kind: 'challenge',
      challenge: 'turn-left',
      done: 0,
      of: 2,
      remainingMs: 5000,
    } as const;
    for (const progress of [0.25, 0.75]) {
      screen.hub.show({ ...challenge, progress });
      await page.waitForSelector(`[role="progressbar"][aria-valuenow="${progress * 100}"]`, { state: 'attached' });
      await page.waitForSelector(`svg .done[stroke-dasharray="${progress * 100} 100"]`);
    }
    expect(await page.getAttribute('.head', 'data-motion')).toBe('turn-left');
    await page.close();
  });

  it('counts seconds in numbers only under 15', async () => {
    const { page } = await openPage(browser, screen.url, SIZES[1]);
    screen.hub.show({ ...about(), endsAt: Date.now() + 60_000, kind: 'look', done: 0, of: 2 });
    await shown(page, 'look');
    expect(await page.textContent('header')).not.toMatch(/\d/);
    screen.hub.show({ ...about(), endsAt: Date.now() + 9000, kind: 'look', done: 0, of: 2 });
    await page.waitForFunction(() => /还剩 [89] 秒/.test(document.querySelector('header')!.textContent!));
    await page.close();
  });

  it('holds still where motion is not wanted', async () => {
    const { page } = await openPage(browser, screen.url, SIZES[1]);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    screen.hub.show({
      ...about(),
      kind: 'challenge',
      challenge: 'nod-up',
      progress: 0,
      done: 0,
      of: 2,
      remainingMs: 5000,
    });
    await page.waitForSelector('.head');
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('.features')!).animationName)).toBe(
      'none',
    );
    await page.close();
  });

  it('speaks English by one button, and Chinese again for the next person', async () => {
    const { page } = await openPage(browser, screen.url, SIZES[2]);
    screen.hub.show({ ...about(), kind: 'invitation', subject: '王*明', sale: 'S-1' });
    await shown(page, 'invitation');
    await page.click(at('language'));
    expect(await page.textContent(at('begin'))).toMatch('Begin');
    expect(await findOverflow(page)).toEqual([]);
    screen.hub.show({ store: 's', kind: 'idle' });
    await page.waitForFunction(() => document.querySelector('h1')?.textContent === '请到收银台办理');
    await page.close();
  });
});
