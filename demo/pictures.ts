/** `npm run pictures`: the README's pictures, taken from the running program with the simulated person. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { CHROMIUM, hasChromium, launch } from '../kiosk/testing/browser.ts';
import { sandboxPeople } from '../server/authorities/sandbox/index.ts';
import { CARDHOLDER, type Camera, readScenario } from './scenario.ts';
import { type Stack, startStack } from './stack.ts';

/** The kiosk's states, in the order in which a verification shows them. */
const STRIP = ['idle', 'invitation', 'look', 'challenge', 'between', 'result'] as const;
const PORTRAIT = { width: 1080, height: 1920 };
const TILL = { width: 1024, height: 768 };

if (!hasChromium) {
  console.error(`pictures need ${CHROMIUM}: apt-get install chromium fonts-wqy-microhei`);
  process.exit(1);
}
const folder = resolve(process.argv[2] ?? 'docs/pictures');
const scenario = readScenario([]);
if ('error' in scenario) throw new Error(scenario.error);
const data = mkdtempSync(join(tmpdir(), 'liveness-pictures-'));
// Slow, so that a picture can be taken in the middle of a motion.
const camera = { ...scenario.camera, speed: 0.5 } as Camera;
const stack = await startStack({ data, camera, ports: { screen: 0, till: 0, backend: 0 } });
const browser = await launch();
try {
  mkdirSync(folder, { recursive: true });
  await takeAll(browser, stack);
} finally {
  await browser.close();
  await stack.stop();
  rmSync(data, { recursive: true, force: true });
}

async function takeAll(browser: Browser, stack: Stack): Promise<void> {
  const screen = await browser.newPage({ viewport: PORTRAIT, locale: 'zh-CN' });
  const till = await browser.newPage({ viewport: TILL, locale: 'zh-CN' });
  await screen.goto(stack.screen);
  await till.goto(stack.till);
  const shots = new Map<string, Buffer>();
  await see(screen, 'idle', shots);
  await till.fill('#sale', 'SALE-1001');
  await till.fill('#id-number', sandboxPeople().find(({ key }) => key === CARDHOLDER)?.idNumber ?? '');
  await save('till-ask', await till.screenshot());
  await till.click('#start');
  await see(screen, 'invitation', shots);
  await screen.click('#agree');
  for (const state of ['look', 'challenge'] as const) await see(screen, state, shots);
  await save('kiosk-screen', shots.get('challenge'));
  await save('till-page', await till.screenshot());
  await see(screen, 'between', shots);
  await see(screen, 'result', shots);
  await till.waitForSelector('#end:not([hidden])');
  await save('till-outcome', await till.screenshot());
  await saveStrip(shots);
}

/** Waits until the kiosk shows the state, lets its motion come to rest, and takes it. */
async function see(page: Page, state: (typeof STRIP)[number], shots: Map<string, Buffer>): Promise<void> {
  await page.waitForSelector(`body[data-state="${state}"]`, { timeout: 60_000 });
  // A challenge is shown well into its motion; the rest as soon as the page's own motion has come to rest.
  if (state === 'challenge') await moving(page);
  else await sleep(350);
  shots.set(state, await page.screenshot());
}

/** Waits until the arc, a dash in hundredths of its length, has begun to fill. */
async function moving(page: Page): Promise<void> {
  const filled = () =>
    page.locator('#arc .done').evaluate((arc) => Number.parseFloat((arc as SVGElement).style.strokeDasharray));
  while (!((await filled()) > 15)) await sleep(20);
}

async function save(name: string, picture: Buffer | undefined): Promise<void> {
  if (!picture) throw new Error(`no picture of ${name}`);
  const file = join(folder, `${name}.png`);
  await sharp(picture)
    .resize({ width: 900, withoutEnlargement: true })
    .png({ palette: true, quality: 90 })
    .toFile(file);
  console.log(file);
}

/** The contact sheet: the states side by side. */
async function saveStrip(shots: ReadonlyMap<string, Buffer>): Promise<void> {
  const [width, height, gap] = [300, 533, 12];
  const tiles = STRIP.map(async (state, i) => ({
    input: await sharp(shots.get(state)).resize(width, height).toBuffer(),
    left: gap + i * (width + gap),
    top: gap,
  }));
  const size = { width: gap + STRIP.length * (width + gap), height: height + 2 * gap };
  const sheet = sharp({ create: { ...size, channels: 3, background: '#d9dedc' } });
  const file = join(folder, 'film-strip.png');
  await sheet
    .composite(await Promise.all(tiles))
    .png({ palette: true, quality: 90 })
    .toFile(file);
  console.log(file);
}
