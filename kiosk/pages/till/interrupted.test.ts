import { expect, it } from 'vitest';
import { asks, at, HOLDER, lookAt, see } from '../../testing/till-page.ts';
import { describeTillPage } from '../../testing/till-tests.ts';

/** Slow enough to see what happens on the way, in shares of a person's time. */
const SEEN = 0.2;

describeTillPage('a verification on the till page that cannot go straight on, in Chromium', (startCounter) => {
  it('is loaded again while it waits, cancelled by one press, and says so', async (test) => {
    const counter = await startCounter(test);
    const { page } = await counter.begin('EXPIRED');
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

  it('waits in the queue with its place, and goes on by itself', async (test) => {
    const counter = await startCounter(test, { pace: SEEN });
    const { page } = await counter.begin('QUEUE');
    await page.click(at('kiosk'));
    await page.waitForSelector(`${at('place')}:has-text("第 1 位")`);
    expect(await lookAt(page, 'queued')).toEqual([]);
    await page.reload();
    await page.waitForSelector('h1:text-is("核验成功")');
  });

  it('says who has the kiosk when there is no place, and asks again with one press', async (test) => {
    const counter = await startCounter(test, { pace: SEEN });
    const { page } = await counter.begin('BUSY');
    await page.click(at('kiosk'));
    await see(page, 'refused');
    expect(await page.textContent(at('why'))).toContain('正在使用核验机');
    expect(await lookAt(page, 'busy')).toEqual([]);
    const isBusy = async () => ((await (await fetch(`${counter.kiosk.url}/healthz`)).json()) as { busy: boolean }).busy;
    while (await isBusy()) await new Promise((resolve) => setTimeout(resolve, 100));
    await page.click(at('retry'));
    await page.waitForSelector('h1:text-is("核验成功")');
  });

  it.for([
    ['NO-CAMERA', '摄像头没有接好', 'refused', 'no-camera'],
    ['PERSON-UNKNOWN', '查无此人', 'people', 'person-unknown'],
  ] as const)('says why nothing began: %s', async ([script, why, kind, name], test) => {
    const counter = await startCounter(test);
    const { page } = await counter.begin(script);
    await page.click(at('kiosk'));
    await page.waitForSelector(`[data-page="${kind}"] >> text=${why}`);
    expect(await lookAt(page, name)).toEqual([]);
    await page.keyboard.press('Escape');
    await see(page, kind === 'refused' ? 'people' : 'cardholder');
  });

  it('is loaded again at every page, and comes back to the true one', async (test) => {
    const counter = await startCounter(test);
    const till = await counter.begin('SLOW');
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
    const asked = page.waitForRequest((request) => request.url().endsWith('/v1/verifications'));
    await page.click(at('kiosk'));
    await asked;
    await page.reload();
    await page.waitForSelector('[data-page="running"], [data-page="ended"]');
    await page.reload();
    await see(page, 'ended');
    await page.reload();
    await see(page, 'ended');
    expect(asks(till).length).toBe(1);
  });

  it('loses the network while it waits, says so, and learns the outcome when it is back', async (test) => {
    const counter = await startCounter(test, { pace: SEEN });
    const till = await counter.begin('SLOW');
    const { page, context, sale } = till;
    await page.click(at('kiosk'));
    await page.waitForSelector('[data-stage="motions"].now');
    await context.setOffline(true);
    await page.waitForSelector('text=网络断开，正在恢复…');
    expect(await lookAt(page, 'recovering')).toEqual([]);
    const headers = { authorization: `Bearer ${await counter.key()}` };
    const find = async () => (await fetch(`${counter.kiosk.url}/v1/verifications?sale=${sale}`, { headers })).json();
    while (!((await find()) as { verification: { outcome?: string } }).verification.outcome)
      await new Promise((resolve) => setTimeout(resolve, 100));
    await context.setOffline(false);
    await page.waitForSelector('h1:text-is("核验成功")');
    expect(await page.isVisible('text=网络断开')).toBe(false);
    expect(asks(till).length).toBe(1);
  });

  it.for(['CUT-BEFORE', 'CUT-DURING', 'CUT-AFTER'])('comes through a line that is cut: %s', async (script, test) => {
    const counter = await startCounter(test);
    const { page } = await counter.begin(script);
    await page.click(at('kiosk'));
    await page.waitForSelector('h1:text-is("核验成功")');
  });
});
