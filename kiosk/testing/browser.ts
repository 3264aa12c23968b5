import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { ChallengeKind } from '../../liveness/contract.ts';
import { createConsent } from '../consent.ts';
import type { ScreenState } from '../contract.ts';
import { listen } from '../listen.ts';
import { ensurePages } from '../pages/build/ensure.ts';
import { readBuiltPage } from '../pages/built.ts';
import { createPreview } from '../preview.ts';
import { createScreenApp } from '../screen/app.ts';
import { createScreenHub } from '../screen/hub.ts';
import { createVoice } from '../screen/voice.ts';

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

/** A page, and everything that its console complained of; nothing but the kiosk itself may be asked for. */
export async function openPage(browser: Browser, url: string, size: { width: number; height: number }) {
  const page = await browser.newPage({ viewport: size });
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

/** The screen's real interface on a free port; the states come from the test. */
export async function startScreen() {
  const [hub, preview, consent] = [createScreenHub('惠民大药房（解放大道店）', 4000), createPreview(), createConsent()];
  const fault = (error: Error) => {
    throw error;
  };
  const voice = createVoice('off', () => undefined);
  const app = createScreenApp({
    hub,
    voice,
    again: async () => true,
    preview,
    consent,
    pages: readBuiltPage(await ensurePages(ROOT), 'screen'),
    remoteAddress: () => '127.0.0.1',
    fault,
  });
  const listening = await listen('screen', app.fetch, { host: '127.0.0.1', port: 0 });
  return { hub, preview, consent, url: listening.url, close: listening.close };
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
    ['look', { ...about, kind: 'look', done: 0, of: 3 }, /请正对屏幕/],
    ['guidance', { ...about, kind: 'guidance', hint: 'closer', done: 0, of: 3 }, /请靠近一点/],
    ['turn-left', challenge('turn-left', 0, 0.6), /向左转头/],
    ['turn-right', challenge('turn-right', 1, 0.3), /向右转头/],
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
    for (const element of document.querySelectorAll<HTMLElement>('h1, h2, p, button, li, #oval, input, dd')) {
      const { left, top, right, bottom, width } = element.getBoundingClientRect();
      if (width === 0) continue;
      const outside =
        left < -1 ||
        right > innerWidth + 1 ||
        (getComputedStyle(document.body).overflow === 'hidden' && (top < -1 || bottom > innerHeight + 1));
      if (outside) found.push(`${element.tagName}#${element.id} ${[left, top, right, bottom].map(Math.round)}`);
    }
    return found;
  });
}
