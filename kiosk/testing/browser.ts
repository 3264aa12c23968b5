import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import type { ChallengeKind } from '../../liveness/contract.ts';
import type { ScreenState } from '../contract.ts';
import { createPreview } from '../eyes/preview.ts';
import { listen } from '../http/listen.ts';
import { ensurePages } from '../pages/build/ensure.ts';
import { readBuiltPage } from '../pages/built.ts';
import { createScreenApp } from '../screen/app.ts';
import { createScreenHub } from '../screen/hub.ts';
import type { Voice, VoiceMode } from '../screen/voice.ts';
import { createConsent } from '../verification/consent.ts';

export const CHROMIUM = '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const SIZES = [
  { width: 1080, height: 1920 },
  { width: 1280, height: 800 },
  { width: 1024, height: 600 },
] as const;
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, headless: true, args: ARGS });

/**
 * A page, and everything that its console complained of; nothing but the kiosk itself may be asked for. `clock`: the
 * page's time is the test's.
 */
export async function openPage(browser: Browser, url: string, size: { width: number; height: number }, clock = false) {
  const page = await browser.newPage({ viewport: size });
  if (clock) {
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 1000);
  }
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
      complaints.push(`asks for ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints };
}

/** The screen's real interface, on a free port unless told otherwise; the states come from the test, and it hears what is said and wished. */
export async function startScreen(port = 0) {
  const [hub, preview, consent] = [createScreenHub('惠民大药房（解放大道店）', 4000), createPreview(), createConsent()];
  const tries: string[] = [];
  const speech = { mode: 'off' as VoiceMode, said: [] as string[] };
  const voice: Voice = {
    get mode() {
      return speech.mode;
    },
    isAble: () => speech.mode === 'loudspeaker',
    say: (_, text) => speech.said.push(text) > 0,
    stop: () => undefined,
  };
  const fault = (error: Error) => {
    throw error;
  };
  const pages = new Map(readBuiltPage(await ensurePages(ROOT), 'screen'));
  const app = createScreenApp({
    hub,
    preview,
    consent,
    voice,
    again: async (verification) => tries.push(verification) > 0,
    pages,
    remoteAddress: () => '127.0.0.1',
    fault,
  });
  const listening = await listen('screen', app.fetch, { host: '127.0.0.1', port });
  return { hub, preview, consent, tries, speech, url: listening.url, close: listening.close };
}

/** Somebody's picture, 16 times a second. @returns what ends it. */
export async function startPictures(preview: ReturnType<typeof createPreview>): Promise<() => void> {
  const face = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><rect width="640" height="480" fill="#6d7f7b"/><path d="M150 480C160 390 250 380 285 365V330h70v35c35 15 125 25 135 115" fill="#3a4c49"/><ellipse cx="320" cy="230" rx="92" ry="120" fill="#d8b79c"/></svg>',
  );
  const data = await sharp(face).jpeg({ quality: 80 }).toBuffer();
  let seq = 0;
  preview.start();
  const push = () => preview.push({ seq: seq++, at: seq, width: 640, height: 480, image: { kind: 'jpeg', data } });
  const timer = setInterval(push, 60);
  return () => clearInterval(timer);
}

type Loose<T> = T extends unknown ? Omit<T, 'store'> : never;

/** One of every kind of state, with what the person then reads. */
export function everyState(endsAt: number): readonly (readonly [string, Loose<ScreenState>, RegExp])[] {
  const about = { verification: 'v1', endsAt, lifetimeMs: 120_000 };
  const challenge = (kind: ChallengeKind, done: number, progress: number) =>
    ({ ...about, kind: 'challenge', challenge: kind, progress, done, of: 3, remainingMs: 5000 }) as const;
  return [
    ['idle', { kind: 'idle' }, /请到收银台办理/],
    ['invitation', { ...about, kind: 'invitation', subject: '王*明', sale: 'SALE-1001' }, /王\*明，您好/],
    ['preparing', { ...about, kind: 'preparing' }, /请正对屏幕/],
    [
      'accessible',
      { ...about, kind: 'invitation', subject: '王*明', sale: 'SALE-1001', accessible: true },
      /王\*明，您好/,
    ],
    [
      'gentle',
      { ...about, kind: 'invitation', subject: '张*', sale: 'SALE-1001', accessible: true, assistance: 'gentle' },
      /张\*，您好/,
    ],
    [
      'attested',
      { ...about, kind: 'invitation', subject: '李*', sale: 'SALE-1001', assistance: 'attested' },
      /李\*，您好/,
    ],
    ['look', { ...about, kind: 'look', done: 0, of: 3 }, /请正对屏幕/],
    ['look-still', { ...about, kind: 'look', done: 0, of: 0, assistance: 'attested' }, /几秒就好/],
    ['guidance', { ...about, kind: 'guidance', hint: 'closer', done: 0, of: 3 }, /请靠近一点/],
    ['light', { ...about, kind: 'guidance', hint: 'brighter', done: 0, of: 3 }, /光线太暗/],
    ['mask', { ...about, kind: 'guidance', hint: 'take-off-mask', done: 0, of: 3 }, /请摘下口罩/],
    ['turn-left', challenge('turn-left', 0, 0.6), /向左转头/],
    ['turn-right', challenge('turn-right', 1, 0.3), /向右转头/],
    ['gentle-turn', { ...challenge('turn-left', 0, 0.4), assistance: 'gentle' }, /一点就可以/],
    ['nod-down', challenge('nod-down', 2, 0.9), /请低头/],
    ['nod-up', challenge('nod-up', 0, 0), /请抬头/],
    ['between', { ...about, kind: 'between', done: 1, of: 3 }, /请看正前方/],
    ['last', { ...about, kind: 'between', done: 3, of: 3 }, /再看一眼/],
    ['matching', { ...about, kind: 'matching', answered: ['bank', 'insurer'] }, /正在核对身份/],
    [
      'again',
      { kind: 'result', outcome: 'rejected', reason: 'liveness-motion-early', failures: 1, again: 'v1' },
      /这次没有通过/,
    ],
    [
      'suspended',
      { kind: 'result', outcome: 'rejected', reason: 'insurer-suspended', failures: 1, again: 'v1' },
      /这次没有通过/,
    ],
    ['verified', { kind: 'result', outcome: 'verified', reason: 'matched' }, /核验成功/],
    ['rejected', { kind: 'result', outcome: 'rejected', reason: 'liveness-challenge-timeout' }, /没有通过/],
    ['twice', { kind: 'result', outcome: 'rejected', reason: 'liveness-face-lost', failures: 2 }, /没有通过/],
    ['expired', { kind: 'result', outcome: 'expired', reason: 'expired' }, /时间到了/],
    ['other-way', { kind: 'result', outcome: 'cancelled', reason: 'consent-refused' }, /用其他方式/],
    ['cancelled', { kind: 'result', outcome: 'cancelled', reason: 'cancelled' }, /已取消/],
    ['unavailable', { kind: 'result', outcome: 'unavailable', reason: 'police-unavailable' }, /暂时无法核验/],
    ['pairing', { kind: 'pairing', code: '482913', till: '二号收银台', endsAt, lifetimeMs: 90_000 }, /配对收银台/],
    ['paired', { kind: 'paired', till: '二号收银台' }, /配对成功/],
    ['out-of-order', { kind: 'out-of-order', code: 'camera-missing' }, /暂停使用/],
  ];
}

/** Elements that stick out of the window, or text that is cut off. */
export function findOverflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('h1, h2, p, button, li, .oval, .head, input, dd')) {
      const { left, top, right, bottom, width } = element.getBoundingClientRect();
      if (width <= 1) continue;
      const outside =
        left < -1 ||
        right > innerWidth + 1 ||
        (getComputedStyle(document.body).overflow === 'hidden' && (top < -1 || bottom > innerHeight + 1));
      const cut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
      if (outside || cut)
        found.push(`${element.tagName}.${element.className} ${[left, top, right, bottom].map(Math.round)}`);
    }
    return found;
  });
}

/** Text that is higher than what it stands in. */
export function findCut(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('#page p, #page button, #page li')]
      .filter(({ clientHeight, scrollHeight }) => clientHeight > 1 && scrollHeight > clientHeight + 3)
      .map((element) => `${element.tagName}.${element.className}`),
  );
}

/** Elements that lie over each other without one being inside the other: sentences, buttons, pictures. */
export function findOverlaps(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    // A dialog lies over the page by design.
    const top = document.querySelector('dialog[open]') ?? document;
    const all = [
      ...top.querySelectorAll<HTMLElement>('h1, p, button, label, input, select, li, .oval, .head, .ticks, .disc'),
    ];
    const shown = all.filter((element) => element.getBoundingClientRect().width > 1);
    const found: string[] = [];
    for (const [index, a] of shown.entries())
      for (const b of shown.slice(index + 1)) {
        if (a.contains(b) || b.contains(a)) continue;
        const [p, q] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
        const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
        const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (across > 1 && down > 1) found.push(`${a.tagName}.${a.className} × ${b.tagName}.${b.className}`);
      }
    return found;
  });
}

/** Text under 32 px, and anything to touch under 64 px. */
export function findSmall(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const seen = (element: Element) => element.getBoundingClientRect().width > 1;
    const own = (element: Element) =>
      [...element.childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim());
    const text = [...document.querySelectorAll('#page *')]
      .filter((element) => seen(element) && own(element))
      .filter((element) => Number.parseFloat(getComputedStyle(element).fontSize) < 32);
    const touch = [...document.querySelectorAll('button, a, input, summary')].filter(seen).filter((element) => {
      const { width, height } = element.getBoundingClientRect();
      return Math.min(width, height) < 64;
    });
    return [...text, ...touch].map((element) => `${element.tagName} ${element.textContent}`);
  });
}
