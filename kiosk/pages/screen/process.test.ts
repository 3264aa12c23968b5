import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Part, startPart } from '../../../demo/part.ts';
import { ensureModels } from '../../../models/build.ts';
import { PERSON, startTestBackend, type TestBackend } from '../../testing/backend.ts';
import { hasChromium, launch, openPage, SIZES } from '../../testing/browser.ts';

const lanAddresses = () =>
  Object.values(networkInterfaces()).flatMap((all) =>
    all!.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address),
  );
const LIMIT_MS = 120_000;
const at = (id: string) => `[data-id="${id}"]`;
const PERSONAL = /张|SALE-1/;

describe.skipIf(!hasChromium)('the screen of a running kiosk (needs Chromium: apt-get install chromium)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-screen-'));
  let browser: Browser;
  let backend: TestBackend;
  let kiosk: Part;
  const pages: Page[] = [];
  beforeAll(async () => {
    await ensureModels();
    [browser, backend] = [await launch(), await startTestBackend()];
    backend.knobs.lifetimeMs = 60_000;
    const config = join(folder, 'kiosk.yaml');
    writeFileSync(
      config,
      stringify({
        store: { id: 'S001', name: '惠民大药房' },
        kiosk: { name: 'counter-1' },
        backend: { url: backend.url, enrolmentCode: 'code-of-the-test' },
        // Slow, so that there is time to look at every state.
        camera: { driver: 'simulated', portrait: 'zhang-min', speed: 0.5 },
        screen: { port: 0, voice: 'off' },
        till: { port: 0 },
        limits: { resultMs: 2500, graceMs: 500, backendMs: 1000 },
        data: folder,
      }),
    );
    kiosk = await startPart({
      name: 'kiosk',
      script: 'kiosk/main.ts',
      args: ['--config', config],
      log: join(folder, 'kiosk.log'),
    });
  }, 180_000);
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
  });
  afterAll(async () => {
    await browser?.close();
    await kiosk?.stop();
    await backend?.shut();
    rmSync(folder, { recursive: true, force: true });
  });

  const screenUrl = () => String(kiosk.ready.screen);
  async function openScreen() {
    const { page, complaints } = await openPage(browser, screenUrl(), SIZES[1]);
    pages.push(page);
    return { page, complaints, see: (kind: string) => page.waitForSelector(`[data-state="${kind}"]`) };
  }
  async function ask(sale: string) {
    const response = await fetch(`${kiosk.ready.till}/v1/verifications`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': sale },
      body: JSON.stringify({ sale, cardholder: { idNumber: PERSON } }),
    });
    expect(response.status).toBe(201);
  }
  async function agree(page: Page) {
    await page.click(at('begin'));
    await page.click(at('agree'));
  }

  /** Loads the page again at each state of the capture; one may be over before the page is back. @returns those states. */
  async function reloadOnTheWay(page: Page): Promise<string[]> {
    const states: string[] = [];
    while (states.at(-1) !== 'matching') {
      const next = await page.waitForFunction((known) => {
        const kind = document.querySelector<HTMLElement>('[data-state]')?.dataset.state;
        return kind && !['invitation', 'preparing', ...known].includes(kind) && kind;
      }, states);
      states.push(String(await next.jsonValue()));
      await page.reload();
      await page.waitForSelector('[data-state]');
      if (states.length > 1) continue;
      await page.waitForFunction(() => (document.querySelector('img')?.naturalWidth ?? 0) > 0);
      // While there is a picture to be had, nobody on the LAN finds even a door.
      const port = new URL(screenUrl()).port;
      for (const lan of lanAddresses()) await expect(fetch(`http://${lan}:${port}/preview`)).rejects.toThrow();
    }
    return states;
  }

  it(
    'leads somebody through a verification, is loaded again at every state, and forgets the person',
    async () => {
      backend.knobs.decide = false;
      const { page, complaints, see } = await openScreen();
      const reload = async (kind: string) => {
        await see(kind);
        await page.reload();
        await see(kind);
      };
      await reload('idle');
      await ask('SALE-1');
      await reload('invitation');
      await page.click(at('begin'));
      await reload('invitation');
      await agree(page);
      expect(await reloadOnTheWay(page)).toEqual(expect.arrayContaining(['look', 'challenge', 'matching']));
      const [id] = [...backend.all.keys()];
      backend.answer(id!, 'police');
      await page.waitForSelector('li.done:has-text("公安")');
      expect(await page.locator('li.done').count()).toBe(1);
      backend.end(id!, 'verified', 'matched');
      await page.waitForSelector('h1:text-is("核验成功")');
      await page.reload();
      // The result may be over when the page is back.
      await page.waitForSelector('[data-state="result"], [data-state="idle"]');
      expect(await page.content()).not.toMatch(PERSONAL);
      await reload('idle');
      expect(await page.content()).not.toMatch(PERSONAL);
      expect((await fetch(`${screenUrl()}/preview`)).status).toBe(409);
      expect(complaints).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'says that it is not possible now when the backend is lost, and serves the next one when it is back',
    async () => {
      const { page, see } = await openScreen();
      backend.knobs.lifetimeMs = 8000;
      await ask('SALE-2');
      await see('invitation');
      await agree(page);
      // Looking may be over before anybody has looked.
      await page.waitForSelector('[data-state="look"], [data-state="guidance"], [data-state="challenge"]');
      await backend.shut();
      await page.waitForSelector('[data-state="result"] >> text=/暂时无法核验|时间到了/');
      expect(await page.content()).not.toMatch(PERSONAL);
      await see('idle');
      await backend.open();
      backend.knobs.lifetimeMs = 60_000;
      await ask('SALE-3');
      await see('invitation');
      await page.click(at('other-way'));
      await page.waitForSelector('h1:text-is("好的，用其他方式")');
      await see('result');
    },
    LIMIT_MS,
  );
});
