import { expect, it } from 'vitest';
import { asks, at, forget, HOLDER, headline, lookAt, pass, see } from '../../testing/till-page.ts';
import { describeTillPage } from '../../testing/till-tests.ts';

describeTillPage('an outcome on the till page in Chromium', (startCounter) => {
  it('that is a time-out is gone on from with the same verification, also after a reload', async (test) => {
    const counter = await startCounter(test, { lifetimeMs: 4000 });
    const till = await counter.begin('EXPIRED-RETRY');
    const { page } = till;
    await page.click(at('kiosk'));
    await see(page, 'ended');
    expect(await headline(page)).toBe('时间到了');
    expect(await lookAt(page, 'expired')).toEqual([]);
    await page.reload();
    await see(page, 'ended');
    await page.click(at('again'));
    await pass(page, 'running');
    await page.waitForSelector('h1:text-is("核验成功")');
    expect(asks(till).length).toBe(1);
    expect(await page.textContent('main')).toContain('第 2 次');
  });

  it('leads back, and somebody else is asked anew for the same sale', async (test) => {
    const counter = await startCounter(test);
    const till = await counter.begin('CONSENT-REFUSED');
    const { page } = till;
    await page.click(at('kiosk'));
    await see(page, 'ended');
    await page.click(at('back'));
    await see(page, 'people');
    await page.keyboard.press('2');
    await forget(page);
    await page.click(at('kiosk'));
    await pass(page, 'running');
    expect(await page.textContent('main')).toContain('配偶');
    expect(asks(till).map(({ body }) => body.sale)).toEqual([till.sale, till.sale]);
  });

  it('says why somebody was refused and what to do, and takes an appeal', async (test) => {
    const counter = await startCounter(test);
    const { page } = await counter.begin('APPEAL');
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

  it('is taken back when the person tries again at the kiosk itself', async (test) => {
    const counter = await startCounter(test);
    const { page, sale } = await counter.begin('APPEAL');
    await page.click(at('kiosk'));
    await see(page, 'ended');
    const headers = { authorization: `Bearer ${await counter.key()}` };
    const found = await (await fetch(`${counter.kiosk.url}/v1/verifications?sale=${sale}`, { headers })).json();
    const { verification } = (found as { verification: { verification: string } }).verification;
    await fetch(`${counter.kiosk.url}/v1/verifications/${verification}/retry`, { method: 'POST', headers });
    await page.waitForSelector('text=第 2 次');
    await see(page, 'ended');
  });

  it('closes by itself after a success, unless somebody is busy with it', async (test) => {
    const counter = await startCounter(test);
    const { page } = await counter.open();
    await page.clock.install();
    await page.reload();
    for (const stays of [true, false]) {
      await counter.toPeople(page);
      await page.click(at('kiosk'));
      await see(page, 'ended');
      if (stays) await page.keyboard.press('Shift');
      await page.clock.fastForward(21_000);
      if (!stays) await see(page, 'cardholder');
      else await page.click(`${at('done')}:text-is("完成")`);
    }
  });

  it.for([
    ['CONSENT-REFUSED', '已取消', '顾客选择了其他方式', 'cancelled-by-person'],
    ['BANK-UNAVAILABLE', '暂时无法核验', '银行系统暂时无法连接', 'unavailable'],
  ] as const)('is shown: %s', async ([script, said, reason, name], test) => {
    const counter = await startCounter(test);
    const { page } = await counter.begin(script);
    await page.click(at('kiosk'));
    await see(page, 'ended');
    expect([await headline(page), await page.textContent(at('reason'))]).toEqual([said, reason]);
    expect(await lookAt(page, name)).toEqual([]);
  });

  it('is found again by the sale in the address, in any tab', async (test) => {
    const counter = await startCounter(test);
    const till = await counter.begin('VERIFIED');
    await till.page.click(at('kiosk'));
    await see(till.page, 'ended');
    const other = await counter.open(`/?sale=${till.sale}`);
    await see(other.page, 'ended');
    expect([await headline(other.page), asks(other)]).toEqual(['核验成功', []]);
    const typed = await counter.open();
    await typed.page.fill(at('sale'), till.sale);
    await typed.page.fill(at('cardholder'), HOLDER);
    await typed.page.keyboard.press('Enter');
    await see(typed.page, 'ended');
    expect(asks(typed)).toEqual([]);
  });
});
