import { expect, it } from 'vitest';
import { asks, at, forget, HOLDER, headline, lookAt, notedBy, pass, see } from '../../testing/till-page.ts';
import { describeTillPage } from '../../testing/till-tests.ts';

const DELEGATE = '440524188001010014';

describeTillPage('a question on the till page in Chromium', (startCounter) => {
  it('needs a till that is paired by the six digits on the kiosk’s screen: a wrong number is told, a right one is for ever', async (test) => {
    const counter = await startCounter(test);
    const { page, complaints } = await counter.openUnpaired();
    await see(page, 'pairing');
    expect(await lookAt(page, 'pairing')).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForSelector(at('code'));
    const code = await counter.codeShown();
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

  it('goes the straight way: cardholder, who is here, the person’s steps, the receipt', async (test) => {
    const counter = await startCounter(test);
    const till = await counter.open();
    const { page } = till;
    await see(page, 'cardholder');
    expect(await lookAt(page, 'cardholder')).toEqual([]);
    await page.fill(at('amount'), '12.5');
    const sale = await counter.toPeople(page, 'SLOW');
    expect(await lookAt(page, 'people')).toEqual([]);
    await forget(page);
    await page.click(at('kiosk'));
    await see(page, 'ended');
    const noted = await notedBy(page);
    expect(noted).toContainEqual(expect.stringMatching(/^还剩 ([1-5]?\d|60) 秒$/));
    expect(noted.filter((name) => name !== 'people' && !name.startsWith('还剩'))).toEqual([
      'running',
      'consent',
      'look',
      'motions',
      'matching',
      'bank',
      'police',
      'insurer',
      'ended',
    ]);
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

  it('is checked while one types, masked once entered, and kept nowhere', async (test) => {
    const counter = await startCounter(test);
    const { page } = await counter.open();
    await page.fill(at('sale'), '单号');
    await page.fill(at('cardholder'), `${HOLDER.slice(0, 17)}1`);
    const problem = (name: string) => page.textContent(at(`${name}-problem`));
    expect([await problem('sale'), await problem('cardholder')]).toEqual([
      expect.stringContaining('不含空格'),
      expect.stringContaining('校验码不对'),
    ]);
    expect(await lookAt(page, 'cardholder-wrong')).toEqual([]);
    // Nobody comes: it runs for as long as it is looked at.
    await page.fill(at('sale'), counter.saleOf('EXPIRED'));
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

  it('takes an e-credential from a scanner, which ends with Enter', async (test) => {
    const counter = await startCounter(test);
    const { page, posted } = await counter.open();
    await page.fill(at('sale'), counter.saleOf('VERIFIED'));
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

  it('is asked for a relative', async (test) => {
    const counter = await startCounter(test);
    const till = await counter.begin('VERIFIED');
    await till.page.keyboard.press('2');
    await till.page.keyboard.press('Enter');
    await pass(till.page, 'running');
    expect(asks(till)[0]!.body.subject).toEqual({ who: 'relative', person: 'simulated-spouse' });
    await see(till.page, 'ended');
    expect(await till.page.textContent('main')).toContain('配偶');
  });

  it('is asked for somebody entered by hand', async (test) => {
    const counter = await startCounter(test);
    const { page, posted } = await counter.begin('VERIFIED');
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

  it('is asked for a guardian where somebody under 14 is chosen', async (test) => {
    const counter = await startCounter(test);
    const till = await counter.begin('VERIFIED');
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
    await pass(page, 'running');
    const guardian = { name: '金白', idNumber: DELEGATE, relation: '5', consent: true };
    expect(asks(till)[0]!.body.subject).toEqual({ who: 'relative', person: 'simulated-child', guardian });
  });

  it('needs the keyboard alone; Escape goes back, and never out of a verification', async (test) => {
    const counter = await startCounter(test);
    const { page } = await counter.open();
    await see(page, 'cardholder');
    await page.keyboard.type(counter.saleOf('EXPIRED'));
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

  it('speaks English by one button, on every page, and remembers it', async (test) => {
    const counter = await startCounter(test);
    const till = await counter.open();
    const { page } = till;
    await page.click(at('language'));
    expect(await lookAt(page, 'cardholder-en')).toEqual([]);
    await page.reload();
    await counter.toPeople(page, 'EXPIRED');
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
    await page.click(at('cancel'));
    await see(page, 'ended');
    expect(await lookAt(page, 'cancelled-en')).toEqual([]);
    await page.close();
    const later = await counter.open();
    await counter.toPeople(later.page, 'APPEAL');
    await later.page.click(at('kiosk'));
    await see(later.page, 'ended');
    expect(await lookAt(later.page, 'rejected-en')).toEqual([]);
    expect(await later.page.textContent('body')).not.toMatch(/[\u4e00-\u9fff](?<![中文李金白*])/);
    expect([till.complaints, later.complaints]).toEqual([[], []]);
  });
});
