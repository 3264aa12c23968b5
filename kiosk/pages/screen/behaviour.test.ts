import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyState, hasChromium, launch, openPage, SIZES, startPictures, startScreen } from '../../testing/browser.ts';
import { findInMemory } from '../../testing/heap.ts';

type Screen = Awaited<ReturnType<typeof startScreen>>;
type State = Parameters<Screen['hub']['show']>[0];
const about = () => ({ store: 's', verification: 'v1', endsAt: Date.now() + 60_000, lifetimeMs: 120_000 });
const invitation = (): State => ({ ...about(), kind: 'invitation', subject: '王*明', sale: 'S-1' });
const challenge = (progress = 0): State => ({
  ...about(),
  kind: 'challenge',
  challenge: 'turn-left',
  progress,
  done: 0,
  of: 2,
  remainingMs: 5000,
});
const shown = (page: Page, kind: string) => page.waitForSelector(`[data-state="${kind}"]`);
const at = (id: string) => `[data-id="${id}"]`;
const headline = (page: Page, text: string) => page.waitForSelector(`h1:text-is("${text}")`);
const pictures = (page: Page) => page.evaluate(() => [...document.querySelectorAll('img')].map(({ src }) => src));
const noAnswer = new AbortController().signal;

describe.skipIf(!hasChromium)('the screen page in Chromium (needs Chromium: apt-get install chromium)', () => {
  let browser: Browser;
  let screen: Screen;
  let stopPictures: () => void;
  beforeAll(async () => {
    [browser, screen] = [await launch(), await startScreen()];
    stopPictures = await startPictures(screen.preview);
  });
  afterAll(async () => {
    stopPictures?.();
    await browser?.close();
    await screen?.close();
  });

  /** A page at one state; `clock`: time goes on only as the test says. */
  async function open(state: State, { size = SIZES[1] as (typeof SIZES)[number], clock = false } = {}) {
    screen.hub.show(state);
    const { page, complaints } = await openPage(browser, screen.url, size, clock);
    await shown(page, state.kind);
    return { page, complaints };
  }

  it('asks for consent apart from the welcome, with the other way at equal size, and sends what was touched', async () => {
    const { page } = await open(invitation(), { size: SIZES[0] });
    const box = async (id: string) => {
      const { width, height } = (await page.locator(at(id)).boundingBox())!;
      return [Math.round(width), Math.round(height)];
    };
    expect(await box('begin')).toEqual(await box('other-way'));
    expect(await page.locator(at('agree')).count()).toBe(0);
    await page.click(at('begin'));
    expect(await box('agree')).toEqual(await box('refuse'));
    const answered = screen.consent.ask('v1', noAnswer);
    await page.click(at('refuse'));
    expect(await answered).toEqual({ given: false, accessible: false });
    await headline(page, '好的，用其他方式');
    await page.close();
  });

  it('takes a trembling hand’s double touch of the beginning for one, never for consent', async () => {
    const { page } = await open(invitation(), { size: SIZES[0] });
    const { x, y } = (await page.locator(at('begin')).boundingBox())!;
    const hand = await page.context().newCDPSession(page);
    await hand.send('Emulation.setTouchEmulationEnabled', { enabled: true });
    const end = new AbortController();
    const answered = screen.consent.ask('v1', end.signal).catch(() => 'nobody answered');
    for (let time = 0; time < 2; time++) {
      await hand.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: x + 60, y: y + 60 }] });
      await hand.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      await page.waitForSelector(at('agree'));
    }
    await page.waitForTimeout(200);
    expect(await page.getAttribute('[data-state]', 'data-state')).toBe('invitation');
    end.abort();
    expect(await answered).toBe('nobody answered');
    await page.close();
  });

  it('gets ready as soon as consent is touched, and asks again when the kiosk did not take it', async () => {
    const { page } = await open(invitation());
    await page.click(at('begin'));
    const seen = Promise.withResolvers<void>();
    await page.route('**/consent', async (route) => {
      await seen.promise;
      await route.abort();
    });
    await page.click(at('agree'));
    await shown(page, 'preparing');
    seen.resolve();
    await page.waitForSelector(at('begin'));
    await page.close();
  });

  it('passes on that somebody cannot turn or nod, and shows that it was heard', async () => {
    const { page } = await open(invitation());
    const answered = screen.consent.ask('v1', noAnswer, () =>
      screen.hub.show({ ...invitation(), accessible: true } as State),
    );
    await page.click(at('cannot-move'));
    await page.waitForSelector('text=已记下：您不方便转头或点头');
    await page.click(at('begin'));
    await page.click(at('agree'));
    expect(await answered).toEqual({ given: true, accessible: true });
    await page.close();
  });

  it('says that less is asked, whoever chose it', async () => {
    const { page } = await open({ ...invitation(), assistance: 'gentle' } as State);
    expect(await page.textContent(at('noted'))).toMatch(/^\s*已记下：动作小一点/);
    expect(await page.locator(at('cannot-move')).count()).toBe(0);
    screen.hub.show({ ...challenge(), assistance: 'gentle' } as State);
    await headline(page, '慢慢向左转，一点就可以');
    screen.hub.show({ ...invitation(), verification: 'v2', assistance: 'attested' } as State);
    await page.waitForSelector('text=不用转头或点头，看着镜头就可以');
    expect(await page.locator('.steps li').count()).toBe(2);
    screen.hub.show({ ...about(), kind: 'look', done: 0, of: 0, assistance: 'attested' });
    await headline(page, '请看着屏幕，几秒就好');
    expect(await page.locator('.ticks').count()).toBe(0);
    await page.close();
  });

  it('shows the preview mirrored only while a capture runs, and keeps nothing personal afterwards', async () => {
    const { page } = await open(invitation());
    expect(await pictures(page)).toEqual([]);
    screen.hub.show({ ...about(), kind: 'look', done: 0, of: 2 });
    await page.waitForFunction(() => document.querySelector('img')?.naturalWidth === 640);
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('img')!).transform)).toMatch(
      /matrix\(-1,/,
    );
    screen.hub.show({ store: 's', kind: 'result', outcome: 'verified', reason: 'matched' });
    await shown(page, 'result');
    screen.hub.show({ store: 's', kind: 'idle' });
    await shown(page, 'idle');
    expect(await pictures(page)).toEqual([]);
    expect(await page.content()).not.toMatch(/王|S-1|v1/);
    await page.close();
  });

  it('keeps nothing of the person in its memory, either', async () => {
    const { page } = await open({ ...about(), kind: 'invitation', subject: '欧阳*慧', sale: 'SALE-9977' });
    const personal = /欧阳|SALE-9977/;
    expect(await findInMemory(page, personal)).toContain('欧阳*慧');
    await page.click(at('begin'));
    screen.hub.show(challenge(0.5));
    await shown(page, 'challenge');
    screen.hub.show({ store: 's', kind: 'idle' });
    await shown(page, 'idle');
    await expect.poll(() => findInMemory(page, personal), { timeout: 8000, interval: 200 }).toEqual([]);
    await page.close();
  });

  it('shows the same when it is loaded again, at every kind of state', async () => {
    const { page } = await open({ store: 's', kind: 'idle' });
    const kinds = new Set<string>();
    for (const [name, state, says] of everyState(Date.now() + 60_000)) {
      if (kinds.size === kinds.add(state.kind).size) continue;
      screen.hub.show({ store: 's', ...state } as State);
      await page.reload();
      await shown(page, state.kind);
      expect((await page.textContent('main h1'))!.replaceAll('\u200b', ''), name).toMatch(says);
    }
    await page.close();
  });

  it('fills the arc by the real angle and turns the head the way that is asked', async () => {
    const { page } = await open(challenge());
    for (const percent of [25, 75]) {
      screen.hub.show(challenge(percent / 100));
      await page.waitForSelector(`[role="progressbar"][aria-valuenow="${percent}"]`, { state: 'attached' });
      await page.waitForSelector(`svg .done[stroke-dasharray="${percent} 100"]`);
    }
    expect(await page.getAttribute('.head', 'data-motion')).toBe('turn-left');
    await page.close();
  });

  it('says a prompt in other words to people who hesitate, and not to those who are moving', async () => {
    const { page } = await open(challenge(), { clock: true });
    await page.clock.runFor(4000);
    screen.hub.show(challenge(0.6));
    await page.waitForSelector('[role="progressbar"][aria-valuenow="60"]', { state: 'attached' });
    await page.clock.runFor(4000);
    expect(await page.textContent('h1')).toBe('请慢慢向左转头');
    await page.clock.runFor(1500);
    expect(await page.textContent('h1')).toBe('脸转向您的左手边');
    await page.close();
  });

  it('lights a face that is too dark, slowly, until the capture is over', async () => {
    const { page } = await open({ ...about(), kind: 'look', done: 0, of: 2 });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await expect.poll(ground, { timeout: 3000 }).toBe('rgb(241, 246, 245)');
    screen.hub.show({ ...about(), kind: 'guidance', hint: 'brighter', done: 0, of: 2 });
    await shown(page, 'guidance');
    screen.hub.show(challenge());
    await shown(page, 'challenge');
    await expect.poll(ground, { timeout: 8000 }).toBe('rgb(255, 255, 255)');
    expect(await page.evaluate(() => getComputedStyle(document.body).transitionDuration)).toBe('0.8s');
    await page.close();
  });

  it('counts seconds in numbers only under 15', async () => {
    const { page } = await open({ ...about(), kind: 'look', done: 0, of: 2 });
    expect(await page.textContent('header')).not.toMatch(/\d/);
    screen.hub.show({ ...about(), endsAt: Date.now() + 9000, kind: 'look', done: 0, of: 2 });
    await page.waitForFunction(() => /还剩 [89] 秒/.test(document.querySelector('header')!.textContent!));
    await page.close();
  });

  it('holds still where motion is not wanted', async () => {
    const { page } = await open(challenge());
    const moves = () => page.evaluate(() => getComputedStyle(document.querySelector('.features')!).animationName);
    expect(await moves()).not.toBe('none');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await moves()).toBe('none');
    await page.close();
  });

  it('offers another try, and another way first after two failures', async () => {
    const failed = (failures: number): State => ({
      store: 's',
      kind: 'result',
      outcome: 'rejected',
      reason: 'liveness-motion-early',
      failures,
      again: 'v1',
    });
    const { page } = await open(failed(1));
    await page.waitForSelector('text=动作做早了，请等提示出现再做');
    expect(await page.textContent('main')).toContain('再试一次？');
    const first = () => page.getAttribute('.choices .main', 'data-id');
    expect(await first()).toBe('again');
    screen.hub.show(failed(2));
    await page.waitForSelector('text=不必着急，也可以用其他方式办理');
    expect(await first()).toBe('other-way');
    screen.hub.show({ ...failed(1), reason: 'insurer-suspended' } as State);
    await page.waitForSelector('text=请收银员帮您看一下原因');
    expect(await first()).toBe('other-way');
    expect(await page.textContent('body')).not.toMatch(/医保/);
    await page.click(at('again'));
    await expect.poll(() => screen.tries).toEqual(['v1']);
    screen.hub.show(invitation());
    await page.waitForSelector(at('agree'));
    await page.close();
  });

  it('speaks English by one button, and Chinese again for the next person', async () => {
    const { page } = await open(invitation(), { size: SIZES[2] });
    await page.click(at('language'));
    expect(await page.textContent(at('begin'))).toMatch('Begin');
    screen.hub.show({ store: 's', kind: 'idle' });
    await headline(page, '请到收银台办理');
    await page.close();
  });

  it('tells a screen reader every prompt, and nothing that an earlier person was told', async () => {
    const { page } = await open(challenge());
    const told = () => page.textContent('[role="status"]');
    await expect.poll(told).toBe('请慢慢向左转头');
    screen.hub.show({ store: 's', kind: 'result', outcome: 'rejected', reason: 'liveness-face-lost' });
    await expect.poll(told).toBe('这次没有通过。脸离开了画面，请一直看着屏幕。请在收银台再试一次，或用其他方式');
    screen.hub.show({ store: 's', kind: 'idle' });
    await expect.poll(told).toBe('');
    await page.close();
  });

  it('says every prompt with the browser’s voice, in the language that is shown, until the sound is turned off', async () => {
    screen.hub.show({ store: 's', kind: 'idle' });
    screen.speech.mode = 'auto';
    const page = await browser.newPage();
    await page.addInitScript(() => {
      const said: string[] = [];
      const voices = ['zh-CN', 'en-GB'].map((lang) => ({ lang }));
      Object.assign(window, {
        said,
        SpeechSynthesisUtterance: class {
          text: string;
          lang = '';
          constructor(text: string) {
            this.text = text;
          }
        },
      });
      const synthesis = {
        getVoices: () => voices,
        cancel: () => undefined,
        addEventListener: () => undefined,
        removeEventListener: () => undefined,
        speak: ({ lang, text }: { lang: string; text: string }) => said.push(`${lang} ${text}`),
      };
      Object.defineProperty(window, 'speechSynthesis', { value: synthesis });
    });
    const said = () => page.evaluate(() => (window as unknown as { said: string[] }).said);
    await page.goto(screen.url);
    await page.waitForSelector(at('sound'));
    screen.hub.show({ ...about(), kind: 'look', done: 0, of: 2 });
    await expect.poll(said).toEqual(['zh-CN 请正对屏幕，取下口罩和墨镜']);
    screen.hub.show(challenge());
    await expect.poll(said).toHaveLength(2);
    await page.click(at('language'));
    await expect.poll(said).toContain('en-GB Turn slowly to your left');
    await page.click(at('sound'));
    screen.hub.show({ ...about(), kind: 'between', done: 1, of: 2 });
    await shown(page, 'between');
    await page.waitForTimeout(200);
    expect(await said()).toHaveLength(3);
    await page.close();
  });

  it('lets the kiosk’s loudspeaker say it where the browser has no voice', async () => {
    screen.speech.mode = 'loudspeaker';
    const { page } = await open({ ...about(), kind: 'guidance', hint: 'closer', done: 0, of: 2 });
    await expect.poll(() => screen.speech.said).toContain('请靠近一点');
    screen.speech.mode = 'off';
    await page.close();
  });

  it('shows nothing of the person, and that it comes back, while the kiosk cannot be heard', async () => {
    const own = await startScreen();
    own.hub.show(invitation());
    const page = await browser.newPage();
    await page.goto(own.url);
    await shown(page, 'invitation');
    await own.close();
    await page.waitForSelector('text=正在恢复…');
    expect(await page.content()).not.toMatch(/王|S-1/);
    const back = await startScreen(Number(new URL(own.url).port));
    await page.waitForSelector('text=正在恢复…', { state: 'detached' });
    await back.close();
    await page.close();
  });
});
