import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureModels } from '../../../models/build.ts';
import { hasChromium, launch, openPage, ROOT, SIZES, startPictures, startScreen } from '../../testing/browser.ts';
import { readStamps } from '../../testing/stamp.ts';

const TASKSET = '/usr/bin/taskset';
/** The value that a share of them, 0…1, does not exceed. */
const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1]!;
const median = (values: readonly number[]): number => quantile(values, 0.5);
const about = () => ({ store: 's', verification: 'v1', endsAt: Date.now() + 60_000, lifetimeMs: 120_000 });

/** Every time that the page's sentence or progress became another one and was about to be painted. */
const watchPaints = (page: Page) =>
  page.evaluate(() => {
    const paints: { what: string; at: number }[] = [];
    const what = () =>
      `${document.querySelector('h1')?.textContent} ${document.querySelector('[role="progressbar"]')?.getAttribute('aria-valuenow') ?? ''}`;
    const note = () => requestAnimationFrame(() => paints.push({ what: what(), at: Date.now() }));
    new MutationObserver(note).observe(document.querySelector('main')!, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    Object.assign(window, { paints });
  });
const paints = (page: Page) =>
  page.evaluate(() => (window as unknown as { paints: { what: string; at: number }[] }).paints);

// A machine that does something else at the same time may be slow once, not three times.
describe.skipIf(!hasChromium)('how fast the screen is (needs Chromium: apt-get install chromium)', { retry: 2 }, () => {
  let browser: Browser;
  let kiosk: ChildProcess | undefined;
  beforeAll(async () => {
    await ensureModels();
    browser = await launch();
  }, 180_000);
  afterAll(() => browser?.close());
  afterEach(() => {
    if (kiosk?.connected) kiosk.disconnect();
    kiosk = undefined;
  });

  it('a prompt is on the screen within 100 ms of the liveness state', async () => {
    const screen = await startScreen();
    const stop = await startPictures(screen.preview);
    screen.hub.show({ ...about(), kind: 'look', done: 0, of: 2 });
    const { page } = await openPage(browser, screen.url, SIZES[1]);
    await page.waitForFunction(() => (document.querySelector('img')?.naturalWidth ?? 0) > 0);
    await watchPaints(page);
    const shown: { readonly what: string; readonly at: number }[] = [];
    for (let turn = 1; turn <= 20; turn++) {
      const progress = turn / 20;
      shown.push({ what: `${turn * 5}`, at: Date.now() });
      screen.hub.show({
        ...about(),
        kind: 'challenge',
        challenge: turn % 2 ? 'turn-left' : 'nod-up',
        progress,
        done: 0,
        of: 2,
        remainingMs: 5000,
      });
      await new Promise((resolve) => setTimeout(resolve, 70));
    }
    const seen = await paints(page);
    const delays = shown.map(({ what, at }) => {
      const paint = seen.find((one) => one.what.endsWith(` ${what}`));
      return paint ? paint.at - at : Number.POSITIVE_INFINITY;
    });
    // One that the next one overtook was never painted.
    const most = quantile(delays, 0.9);
    console.log(`prompt on the screen: median ${median(delays)} ms, nine of ten ${most} ms`);
    expect(most).toBeLessThanOrEqual(100);
    stop();
    await page.close();
    await screen.close();
  });

  it('a touch is answered within 100 ms, whatever the kiosk does meanwhile', async () => {
    const screen = await startScreen();
    const { page } = await openPage(browser, screen.url, SIZES[1]);
    await page.route('**/consent', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await route.abort().catch(() => undefined);
    });
    const delays: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      screen.hub.show({
        ...about(),
        verification: `v${turn}`,
        kind: 'invitation',
        subject: '王*明',
        sale: `S-${turn}`,
      });
      await page.waitForSelector(`text=S-${turn}`);
      for (const id of ['begin', 'agree']) {
        await page.evaluate(() => {
          const times = { touched: 0, painted: 0 };
          Object.assign(window, { times });
          addEventListener(
            'pointerdown',
            () => {
              times.touched = performance.now();
            },
            { capture: true, once: true },
          );
          const observer = new MutationObserver(() => {
            observer.disconnect();
            requestAnimationFrame(() => {
              times.painted = performance.now();
            });
          });
          observer.observe(document.querySelector('main')!, { subtree: true, childList: true });
        });
        await page.click(`[data-id="${id}"]`);
        const times = await page.waitForFunction(() => {
          const { times } = window as unknown as { times: { touched: number; painted: number } };
          return times.painted > 0 ? times : undefined;
        });
        const { touched, painted } = (await times.jsonValue())!;
        delays.push(painted - touched);
      }
    }
    const worst = Math.max(...delays);
    console.log(`touch to reaction: median ${median(delays).toFixed(0)} ms, worst ${worst.toFixed(0)} ms`);
    expect(worst).toBeLessThanOrEqual(100);
    await page.close();
    await screen.close();
  });

  it('the preview comes beside the pipeline on one core: 15 pictures a second, each within 150 ms', async () => {
    const script = join(ROOT, 'kiosk', 'testing', 'glass.ts');
    const [execPath, execArgv] = existsSync(TASKSET)
      ? [TASKSET, ['-c', '0', process.execPath, '--disable-warning=ExperimentalWarning']]
      : [process.execPath, ['--disable-warning=ExperimentalWarning']];
    kiosk = fork(script, { execPath, execArgv, cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const shot = new Map<number, number>();
    let looked = 0;
    const url = await new Promise<string>((resolve, reject) => {
      kiosk!.once('exit', (code) => reject(new Error(`the camera's process ended with ${code}`)));
      kiosk!.on('message', (message: { url?: string; index?: number; at?: number; looked?: number }) => {
        if (message.url) resolve(message.url);
        if (message.index !== undefined) shot.set(message.index, message.at!);
        looked = message.looked ?? looked;
      });
    });
    const { page } = await openPage(browser, url, SIZES[0]);
    await page.waitForFunction(() => (document.querySelector('img')?.naturalWidth ?? 0) > 0);
    await page.waitForTimeout(500);
    const [forMs, before] = [3000, looked];
    const seen = await page.evaluate(readStamps, forMs);
    const delays = seen.map(({ index, at }) => at - shot.get(index)!).filter((delay) => delay >= 0);
    const rate = (seen.length * 1000) / forMs;
    const looks = ((looked - before) * 1000) / forMs;
    console.log(
      `preview: ${rate.toFixed(1)} pictures/s, median ${median(delays)} ms from camera to canvas, ${looks.toFixed(1)} looks/s`,
    );
    expect(rate).toBeGreaterThanOrEqual(15);
    expect(median(delays)).toBeLessThanOrEqual(150);
    expect(looks).toBeGreaterThan(1);
    await page.close();
  }, 60_000);
});
