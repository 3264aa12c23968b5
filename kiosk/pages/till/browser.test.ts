import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Pairing, pair } from '../../../till/pair.ts';
import { hasChromium, launch } from '../../testing/browser.ts';
import { at, HOLDER, lookAt, type OpenTill, see, startTillPage } from '../../testing/till-page.ts';

const DELEGATE = '440524188001010014';

describe.skipIf(!hasChromium)('the till page in Chromium (needs Chromium: apt-get install chromium)', () => {
  let browser: Browser;
  let tills: Awaited<ReturnType<typeof startTillPage>>;
  let key: string;
  beforeAll(async () => {
    browser = await launch();
    // A sixteenth of the time that people take; nobody waits longer than 3 s.
    tills = await startTillPage(browser, { pace: 0.06, lifetimeMs: 3000 });
    const paired = await pair({ url: tills.kiosk.url, name: 'till-1', pin: '', code: () => tills.codeShown() });
    key = (paired as { value: Pairing }).value.key;
  }, 60_000);
  afterEach(() => tills.closePages());
  afterAll(async () => {
    await browser?.close();
    await tills?.remove();
  });

  const open = (path = '') => tills.open({ key, path });
  const begin = async (script: string, path = '') => {
    const till = await open(path);
    const sale = await tills.toPeople(till.page, script);
    return { ...till, sale };
  };
  /** Every stage that is shown, and every authority that answers, in their order. */
  const noteStages = (page: Page) =>
    page.evaluate(() => {
      const noted: string[] = [];
      Object.assign(window, { noted });
      const look = () => {
        for (const element of document.querySelectorAll<HTMLElement>('.now[data-stage], .answered[data-authority]')) {
          const name = element.dataset.stage ?? element.dataset.authority!;
          if (!noted.includes(name)) noted.push(name);
        }
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
  const asks = ({ posted }: Pick<OpenTill, 'posted'>) => posted.filter(({ path }) => path === '/v1/verifications');
  const headline = (page: Page) => page.textContent('h1');

  it('is paired by the six digits on the kiosk’s screen: a wrong number is told, a right one is for ever', async () => {
    const { page, complaints } = await tills.open();
    await see(page, 'pairing');
    const before = await tills.codeShown();
    expect(await lookAt(page, 'pairing')).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForSelector(at('code'));
    const code = await tills.codeShown(before);
    await page.keyboard.type(code === '000000' ? '111111' : '000000');
    await page.keyboard.press('Enter');
    await page.waitForSelector(at('code-wrong'));
    expect(await lookAt(page, 'pairing-code')).toEqual([]);
    await page.fill(at('code'), code);
    await page.keyboard.press('Enter');
    await see(page, 'cardholder');
    await page.reload();
    await see(page, 'cardholder');
    expect(complaints).toEqual([]);
  });

  it('goes the straight way: cardholder, who is here, the person’s steps, the receipt', async () => {
    const till = await open();
    const { page } = till;
    await see(page, 'cardholder');
    expect(await lookAt(page, 'cardholder')).toEqual([]);
    await page.fill(at('amount'), '12.5');
    const sale = await tills.toPeople(page, 'SLOW');
    expect(await lookAt(page, 'people')).toEqual([]);
    await noteStages(page);
    await page.click(at('kiosk'));
    await see(page, 'running');
    expect(await page.getAttribute(at('left'), 'aria-label')).toMatch(/还剩 [1-3] 秒/);
    await see(page, 'ended');
    const noted = await page.evaluate(() => (window as unknown as { noted: string[] }).noted);
    expect(noted).toEqual(['consent', 'look', 'motions', 'matching', 'bank', 'police', 'insurer']);
    expect(await headline(page)).toBe('核验成功');
    expect(await page.textContent(at('receipt'))).toMatch(/[A-Z0-9]{8}.*模拟回执/s);
    expect(await page.textContent('main')).toContain('12.50 元');
    expect(await lookAt(page, 'verified')).toEqual([]);
    expect(asks(till).map(({ body }) => body)).toEqual([
      { sale, cardholder: { idNumber: HOLDER }, amount: 1250, subject: { who: 'cardholder' }, channel: 'kiosk' },
    ]);
    await page.click(at('done'));
    await see(page, 'cardholder');
    expect(await page.inputValue(at('sale'))).toBe('');
    expect(till.complaints).toEqual([]);
  });

  it('checks while one types, masks what was entered, and keeps it nowhere', async () => {
    const { page } = await open();
    await page.fill(at('sale'), '单号');
    await page.fill(at('cardholder'), `${HOLDER.slice(0, 17)}1`);
    const problem = (name: string) => page.textContent(at(`${name}-problem`));
    expect([await problem('sale'), await problem('cardholder')]).toEqual([
      expect.stringContaining('不含空格'),
      expect.stringContaining('校验码不对'),
    ]);
    expect(await lookAt(page, 'cardholder-wrong')).toEqual([]);
    await page.fill(at('sale'), tills.saleOf('VERIFIED'));
    await page.fill(at('cardholder'), HOLDER.slice(0, 9));
    expect(await problem('cardholder')).toBe('');
    await page.click(at('next'));
    expect(await problem('cardholder')).toContain('还没有输完');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-id'))).toBe('cardholder');
    await page.fill(at('cardholder'), HOLDER);
    await page.focus(at('amount'));
    expect(await page.inputValue(at('cardholder'))).toBe('110***********002X');
    await page.click(at('next'));
    await see(page, 'people');
    await page.click(at('kiosk'));
    await see(page, 'running');
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...sessionStorage }, { ...localStorage }, location.href, history.state]),
    );
    expect(kept).not.toContain(HOLDER.slice(3, 14));
    expect(Object.keys(JSON.parse(JSON.parse(kept)[0].question) as object).sort()).toEqual(['sale', 'verification']);
    expect(await page.content()).not.toContain(HOLDER);
  });

  it('takes an e-credential from a scanner, which ends with Enter', async () => {
    const { page, posted } = await open();
    await page.fill(at('sale'), tills.saleOf('VERIFIED'));
    await page.check(at('by-credentialToken'));
    await page.focus(at('cardholder'));
    await page.keyboard.type('ec-token-zhang-min\n');
    await see(page, 'people');
    expect(posted.at(-1)).toEqual({
      path: '/v1/people',
      body: { cardholder: { credentialToken: 'ec-token-zhang-min' } },
    });
    await page.keyboard.press('Escape');
    await see(page, 'cardholder');
    expect(await page.inputValue(at('cardholder'))).toBe('**************-min');
    await page.check(at('by-insuranceNumber'));
    expect(await page.inputValue(at('cardholder'))).toBe('');
  });

  it('asks for a relative, and for somebody entered by hand', async () => {
    const relative = await begin('VERIFIED');
    await relative.page.keyboard.press('2');
    await relative.page.keyboard.press('Enter');
    await see(relative.page, 'running');
    expect(asks(relative)[0]!.body.subject).toEqual({ who: 'relative', person: 'simulated-spouse' });
    await see(relative.page, 'ended');
    expect(await relative.page.textContent('main')).toContain('配偶');

    const { page, posted } = await begin('VERIFIED');
    await page.click(at('by-hand'));
    await page.click(at('kiosk'));
    expect(await page.locator('[aria-invalid="true"]').count()).toBe(3);
    await page.fill(at('hand-name'), '王1');
    await page.fill(at('hand-id'), HOLDER);
    expect(await page.textContent(at('hand-id-problem'))).toContain('不能是持卡人本人');
    expect(await lookAt(page, 'by-hand')).toEqual([]);
    await page.fill(at('hand-name'), '金白');
    await page.fill(at('hand-id'), DELEGATE);
    await page.selectOption(at('hand-relation'), '8');
    await page.keyboard.press('Tab');
    await page.click(at('kiosk'));
    await see(page, 'ended');
    expect(asks({ posted })[0]!.body.subject).toEqual({
      who: 'by-hand',
      name: '金白',
      idNumber: DELEGATE,
      relation: '8',
    });
  });

  it('asks for a guardian where somebody under 14 is chosen', async () => {
    const till = await begin('VERIFIED');
    const { page } = till;
    await page.click('[data-person="2"]');
    await page.click(at('kiosk'));
    await see(page, 'guardian');
    await page.fill(at('guardian-name'), '金白');
    await page.fill(at('guardian-id'), DELEGATE);
    await page.selectOption(at('guardian-relation'), '5');
    await page.click(at('kiosk'));
    expect(await lookAt(page, 'guardian')).toEqual([]);
    expect(asks(till)).toEqual([]);
    await page.check(at('guardian-consent'));
    await page.click(at('kiosk'));
    await see(page, 'running');
    const guardian = { name: '金白', idNumber: DELEGATE, relation: '5', consent: true };
    expect(asks(till)[0]!.body.subject).toEqual({ who: 'relative', person: 'simulated-child', guardian });
  });

  it('after a time-out goes on with the same verification, also after a reload', async () => {
    const till = await begin('EXPIRED-RETRY');
    const { page } = till;
    await page.click(at('kiosk'));
    await see(page, 'running');
    await see(page, 'ended');
    expect(await headline(page)).toBe('时间到了');
    expect(await lookAt(page, 'expired')).toEqual([]);
    await page.reload();
    await see(page, 'ended');
    await page.click(at('again'));
    await see(page, 'running');
    await page.waitForSelector('h1:text-is("核验成功")');
    expect(asks(till).length).toBe(1);
    expect(await page.textContent('main')).toContain('第 2 次');
  });

  it('after an end goes back, and somebody else is asked anew for the same sale', async () => {
    const till = await begin('CONSENT-REFUSED');
    const { page } = till;
    await page.click(at('kiosk'));
    await see(page, 'ended');
    await page.click(at('back'));
    await see(page, 'people');
    await page.keyboard.press('2');
    await page.click(at('kiosk'));
    await see(page, 'running');
    expect(asks(till).map(({ body }) => body.sale)).toEqual([till.sale, till.sale]);
    expect(await page.textContent('main')).toContain('配偶');
  });

  it('says why somebody was refused and what to do, and takes an appeal', async () => {
    const { page } = await begin('APPEAL');
    await page.click(at('kiosk'));
    await see(page, 'ended');
    expect(await page.textContent(at('reason'))).toBe('人脸与公安登记的照片不一致');
    expect(await page.textContent(at('advice'))).toContain('可以申诉');
    expect(await lookAt(page, 'rejected')).toEqual([]);
    await page.click(at('appeal'));
    await page.waitForSelector('dialog[open]');
    expect(await lookAt(page, 'appeal')).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.isVisible(at('appeal'))).toBe(true);
    await page.click(at('appeal'));
    await page.click(at('appeal-submit'));
    await page.waitForSelector('h1:text-is("申诉已提交")');
    await page.reload();
    await page.waitForSelector('h1:text-is("申诉已提交")');
    expect(await lookAt(page, 'appealed')).toEqual([]);
  });

  it('follows the person who tries again at the kiosk itself', async () => {
    const { page, sale } = await begin('APPEAL');
    await page.click(at('kiosk'));
    await see(page, 'ended');
    const headers = { authorization: `Bearer ${key}` };
    const found = await (await fetch(`${tills.kiosk.url}/v1/verifications?sale=${sale}`, { headers })).json();
    const { verification } = (found as { verification: { verification: string } }).verification;
    await fetch(`${tills.kiosk.url}/v1/verifications/${verification}/retry`, { method: 'POST', headers });
    await page.waitForSelector('text=第 2 次');
    await see(page, 'ended');
  });

  it('closes a success by itself, unless somebody is busy with it', async () => {
    const { page } = await open();
    await page.clock.install();
    await page.reload();
    for (const stays of [true, false]) {
      await tills.toPeople(page);
      await page.click(at('kiosk'));
      await see(page, 'ended');
      if (stays) await page.keyboard.press('Shift');
      await page.clock.fastForward(21_000);
      if (!stays) await see(page, 'cardholder');
      else await page.click(`${at('done')}:text-is("完成")`);
    }
  });

  it.each([
    ['CONSENT-REFUSED', '已取消', '顾客选择了其他方式', 'cancelled-by-person'],
    ['BANK-UNAVAILABLE', '暂时无法核验', '银行系统暂时无法连接', 'unavailable'],
  ])('shows %s', async (script, said, reason, name) => {
    const { page } = await begin(script);
    await page.click(at('kiosk'));
    await see(page, 'ended');
    expect([await headline(page), await page.textContent(at('reason'))]).toEqual([said, reason]);
    expect(await lookAt(page, name)).toEqual([]);
  });

  it('is loaded again while it waits, cancelled by one press, and says so', async () => {
    const { page } = await begin('EXPIRED');
    await page.click(at('kiosk'));
    await see(page, 'running');
    await page.reload();
    await see(page, 'running');
    expect(await page.textContent('main')).toMatch(/李\*.*本人/s);
    expect(await page.isVisible('[data-stage="consent"].now')).toBe(true);
    await page.click(at('cancel'));
    await see(page, 'ended');
    expect(await page.textContent(at('reason'))).toBe('收银台取消了核验');
  });

  it('waits in the queue with its place, and goes on by itself', async () => {
    const { page } = await begin('QUEUE');
    await page.click(at('kiosk'));
    await page.waitForSelector(`${at('place')}:has-text("第 1 位")`);
    expect(await lookAt(page, 'queued')).toEqual([]);
    await page.reload();
    await page.waitForSelector('h1:text-is("核验成功")');
  });

  it('says who has the kiosk when there is no place, and asks again with one press', async () => {
    const till = await begin('BUSY');
    const { page } = till;
    await page.click(at('kiosk'));
    await see(page, 'refused');
    expect(await page.textContent(at('why'))).toContain('正在使用核验机');
    expect(await lookAt(page, 'busy')).toEqual([]);
    await expect
      .poll(
        async () => {
          if (await page.isVisible(at('retry'))) await page.click(at('retry'));
          return page.isVisible('[data-page="ended"], [data-page="running"]');
        },
        { timeout: 8000, interval: 250 },
      )
      .toBe(true);
    await page.waitForSelector('h1:text-is("核验成功")');
  });

  it.each([
    ['NO-CAMERA', '摄像头没有接好', 'refused', 'no-camera'],
    ['PERSON-UNKNOWN', '查无此人', 'people', 'person-unknown'],
  ])('says why nothing began: %s', async (script, why, kind, name) => {
    const { page } = await begin(script);
    await page.click(at('kiosk'));
    await page.waitForSelector(`[data-page="${kind}"] >> text=${why}`);
    expect(await lookAt(page, name)).toEqual([]);
    await page.keyboard.press('Escape');
    await see(page, kind === 'refused' ? 'people' : 'cardholder');
  });

  it('is loaded again at every page, and comes back to the true one', async () => {
    const till = await begin('SLOW');
    const { page } = till;
    await page.reload();
    await see(page, 'cardholder');
    expect([await page.inputValue(at('sale')), await page.inputValue(at('cardholder'))]).toEqual([till.sale, '']);
    await page.fill(at('cardholder'), HOLDER);
    await page.keyboard.press('Enter');
    await see(page, 'people');
    await page.click(at('by-hand'));
    await page.reload();
    await see(page, 'cardholder');
    await page.fill(at('cardholder'), HOLDER);
    await page.keyboard.press('Enter');
    await see(page, 'people');
    // The question is on its way, and nobody knows its answer.
    await page.click(at('kiosk'));
    await expect.poll(() => asks(till).length).toBe(1);
    await page.reload();
    await page.waitForSelector('[data-page="running"], [data-page="ended"]');
    await page.reload();
    await see(page, 'ended');
    await page.reload();
    await see(page, 'ended');
    expect(asks(till).length).toBe(1);
  });

  it('a sale in the address is found again with its outcome, in any tab', async () => {
    const till = await begin('VERIFIED');
    await till.page.click(at('kiosk'));
    await see(till.page, 'ended');
    const other = await open(`/?sale=${till.sale}`);
    await see(other.page, 'ended');
    expect([await headline(other.page), asks(other)]).toEqual(['核验成功', []]);
    const typed = await open();
    await typed.page.fill(at('sale'), till.sale);
    await typed.page.fill(at('cardholder'), HOLDER);
    await typed.page.keyboard.press('Enter');
    await see(typed.page, 'ended');
    expect(asks(typed)).toEqual([]);
  });

  it('loses the network while it waits, says so, and learns the outcome when it is back', async () => {
    const till = await begin('SLOW');
    const { page, context } = till;
    await page.click(at('kiosk'));
    await page.waitForSelector('[data-stage="motions"].now');
    await context.setOffline(true);
    await page.waitForSelector('text=网络断开，正在恢复…');
    expect(await lookAt(page, 'recovering')).toEqual([]);
    await new Promise((wake) => setTimeout(wake, 800));
    await context.setOffline(false);
    await page.waitForSelector('h1:text-is("核验成功")');
    expect(await page.isVisible('text=网络断开')).toBe(false);
    expect(asks(till).length).toBe(1);
  });

  it.each(['CUT-BEFORE', 'CUT-DURING', 'CUT-AFTER'])('comes through a line that is cut: %s', async (script) => {
    const { page } = await begin(script);
    await page.click(at('kiosk'));
    await page.waitForSelector('h1:text-is("核验成功")', { timeout: 10_000 });
  });

  it('is used with the keyboard alone; Escape goes back, and never out of a verification', async () => {
    const till = await open();
    const { page } = till;
    await see(page, 'cardholder');
    const sale = tills.saleOf('SLOW');
    await page.keyboard.type(sale);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type(HOLDER);
    await page.keyboard.press('Enter');
    await see(page, 'people');
    await page.keyboard.press('Escape');
    await see(page, 'cardholder');
    await page.focus(at('cardholder'));
    await page.keyboard.press('Enter');
    await see(page, 'people');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('[data-person="1"] input').isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    await see(page, 'running');
    await page.keyboard.press('Escape');
    expect(await page.getAttribute('[data-page]', 'data-page')).toBe('running');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-id'))).toBe('cancel');
    await page.keyboard.press('Enter');
    await see(page, 'ended');
    await page.keyboard.press('Enter');
    await see(page, 'people');
  });

  it('speaks English by one button, on every page, and remembers it', async () => {
    const till = await open();
    const { page } = till;
    await page.click(at('language'));
    expect(await lookAt(page, 'cardholder-en')).toEqual([]);
    await page.reload();
    await tills.toPeople(page, 'APPEAL');
    expect(await lookAt(page, 'people-en')).toEqual([]);
    await page.click(at('by-hand'));
    expect(await lookAt(page, 'by-hand-en')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('3');
    await page.keyboard.press('Enter');
    await see(page, 'guardian');
    expect(await lookAt(page, 'guardian-en')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('1');
    await page.keyboard.press('Enter');
    await see(page, 'running');
    expect(await lookAt(page, 'running-en')).toEqual([]);
    await see(page, 'ended');
    expect(await lookAt(page, 'rejected-en')).toEqual([]);
    expect(await page.textContent('body')).not.toMatch(/[\u4e00-\u9fff](?<![中文李金白*])/);
    expect(till.complaints).toEqual([]);
  });
});
