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
import { consentToEverything } from './person.ts';
import { CARDHOLDER, type Camera, readScenario } from './scenario.ts';
import { type Stack, startStack } from './stack.ts';
import { verify } from './till.ts';

/** What the film strip shows, in the order of a verification. */
const STRIP = ['idle', 'welcome', 'consent', 'look', 'challenge', 'between', 'matching', 'result'] as const;
type Shots = Map<(typeof STRIP)[number], Buffer>;
const PORTRAIT = { width: 1080, height: 1920 };
const SMALL = { width: 1024, height: 600 };
const TILL = { width: 1024, height: 768 };
const LIMIT = AbortSignal.timeout(120_000);

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
  await takeScreen(browser, stack);
  await takeTill(browser, stack);
} finally {
  await browser.close();
  await stack.stop();
  rmSync(data, { recursive: true, force: true });
}

/** One verification on the kiosk's screen. */
async function takeScreen(browser: Browser, stack: Stack): Promise<void> {
  // The drawing shows the end of its motion, not a moment of it.
  const look = { locale: 'zh-CN', reducedMotion: 'reduce' } as const;
  const screen = await browser.newPage({ viewport: PORTRAIT, ...look });
  const small = await browser.newPage({ viewport: SMALL, ...look });
  for (const page of [screen, small]) await page.goto(stack.screen);
  const shots: Shots = new Map();
  const take = async (name: (typeof STRIP)[number]) => shots.set(name, await screen.screenshot());
  await see(screen, 'idle');
  await take('idle');
  const asked = verify(stack.till, { sale: 'SALE-1001', idNumber: idNumber() }, () => undefined, LIMIT);
  await see(screen, 'invitation');
  await take('welcome');
  await screen.click('[data-id="begin"]');
  await take('consent');
  await screen.click('[data-id="agree"]');
  await see(screen, 'look');
  await screen.waitForFunction(() => (document.querySelector('img')?.naturalWidth ?? 0) > 0);
  await take('look');
  await moving(screen);
  const [, smallest] = await Promise.all([take('challenge'), small.screenshot()]);
  await see(screen, 'between');
  await take('between');
  await see(screen, 'matching');
  await take('matching');
  // Better with an authority that has answered, where they do not all answer at once.
  await screen.waitForSelector('li.done, [data-state="result"]', { timeout: 60_000 });
  if ((await screen.locator('li.done').count()) > 0) await take('matching');
  await see(screen, 'result');
  await take('result');
  await asked;
  await saveWebp('kiosk-small', smallest, SMALL.width);
  await saveWebp('kiosk-screen', shots.get('challenge'), 720);
  await saveStrip(shots);
  for (const page of [screen, small]) await page.close();
}

/** The same on the till page, while somebody agrees on the screen. */
async function takeTill(browser: Browser, stack: Stack): Promise<void> {
  const till = await browser.newPage({ viewport: TILL, locale: 'zh-CN' });
  const over = new AbortController();
  const person = consentToEverything(stack.screen, over.signal).catch(() => undefined);
  await till.goto(stack.till);
  await till.fill('[data-id="sale"]', 'SALE-1002');
  await till.fill('[data-id="cardholder"]', idNumber());
  await till.click('[data-id="next"]');
  await till.waitForSelector('[data-page="people"]');
  await savePng('till-ask', await till.screenshot());
  await till.click('[data-id="kiosk"]');
  await till.waitForSelector('[data-stage="motions"].now', { timeout: 60_000 });
  await savePng('till-page', await till.screenshot());
  await till.waitForSelector('[data-page="ended"]', { timeout: 60_000 });
  await savePng('till-outcome', await till.screenshot());
  over.abort();
  await person;
  await till.close();
}

function idNumber(): string {
  return sandboxPeople().find(({ key }) => key === CARDHOLDER)?.idNumber ?? '';
}

/** Waits until the kiosk shows the state, and its own motion has come to rest. */
async function see(page: Page, state: string): Promise<void> {
  await page.waitForSelector(`[data-state="${state}"]`, { timeout: 60_000 });
  await sleep(state === 'matching' ? 100 : 350);
}

/** Waits until a motion is well under way: a turn, which is seen best, or whatever comes second. */
async function moving(page: Page): Promise<void> {
  const underWay = () => {
    const motion = document.querySelector<HTMLElement>('.head')?.dataset.motion ?? '';
    const percent = document.querySelector('[role="progressbar"]')?.getAttribute('aria-valuenow');
    const telling = motion.startsWith('turn') || document.querySelector('.ticks .done') !== null;
    return telling && Number(percent) > 40;
  };
  await page.waitForFunction(underWay, undefined, { timeout: 60_000 });
}

async function savePng(name: string, picture: Buffer): Promise<void> {
  const file = join(folder, `${name}.png`);
  await sharp(picture)
    .resize({ width: 900, withoutEnlargement: true })
    .png({ palette: true, quality: 90 })
    .toFile(file);
  console.log(file);
}

async function saveWebp(name: string, picture: Buffer | undefined, width: number): Promise<void> {
  if (!picture) throw new Error(`no picture of ${name}`);
  const file = join(folder, `${name}.webp`);
  await sharp(picture).resize({ width, withoutEnlargement: true }).webp({ quality: 86 }).toFile(file);
  console.log(file);
}

/** The contact sheet: two rows of states, in order. */
async function saveStrip(shots: Shots): Promise<void> {
  const [width, height, gap, columns] = [360, 640, 16, 4];
  const tiles = STRIP.map(async (state, index) => ({
    input: await sharp(shots.get(state)).resize(width, height).toBuffer(),
    left: gap + (index % columns) * (width + gap),
    top: gap + Math.floor(index / columns) * (height + gap),
  }));
  const rows = Math.ceil(STRIP.length / columns);
  const size = { width: gap + columns * (width + gap), height: gap + rows * (height + gap) };
  const sheet = await sharp({ create: { ...size, channels: 3, background: '#d9dedc' } })
    .composite(await Promise.all(tiles))
    .png()
    .toBuffer();
  await saveWebp('filmstrip', sheet, size.width);
}
