import { describe, expect, it } from 'vitest';
import type { View } from '../../../till/till.ts';
import { asks, at, lookAt, pass, see } from '../../testing/till-page.ts';
import { describeTillPage } from '../../testing/till-tests.ts';
import { helpsAfter, lessOf } from './assistance.ts';

describe('less motion', () => {
  const ended = (change: Partial<View>) => ({ next: ['retry'], assistable: ['gentle', 'attested'], ...change }) as View;
  it('is offered after a motion that failed or came too late, as far as the policy allows', () => {
    expect(helpsAfter(ended({ reason: 'liveness-challenge-timeout' }))).toEqual(['gentle', 'attested']);
    expect(helpsAfter(ended({ reason: 'expired', assistable: ['gentle'] }))).toEqual(['gentle']);
    for (const reason of ['liveness-pad-attack', 'police-face-mismatch', 'camera-missing', 'matched'])
      expect(helpsAfter(ended({ reason }))).toEqual([]);
    expect(helpsAfter(ended({ reason: 'expired', next: ['appeal'] }))).toEqual([]);
  });
  it('is never more than was asked already', () => {
    expect(lessOf(ended({ assistance: { kind: 'gentle' } }))).toEqual(['attested']);
    expect(lessOf(ended({ assistance: { kind: 'attested', by: '1' } }))).toEqual([]);
  });
});

describeTillPage('somebody who cannot turn or nod, on the till page in Chromium', (startCounter) => {
  it('only looks where a member of staff vouches, with the keyboard alone, and the end says who', async (test) => {
    const counter = await startCounter(test, { pace: 0.2 });
    const till = await counter.begin('VERIFIED');
    const { page } = till;
    await page.check(at('assist-attested'));
    expect(await lookAt(page, 'people-attested')).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.type('李娜');
    await page.keyboard.press('Enter');
    expect(await page.textContent(at('staff-problem'))).toContain('工号');
    expect(await lookAt(page, 'attest-wrong')).toEqual([]);
    expect(asks(till)).toEqual([]);
    await page.fill(at('staff'), '');
    await page.keyboard.type('1023');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await lookAt(page, 'attest')).toEqual([]);
    expect(await page.locator('[data-person="0"] input').isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    await see(page, 'running');
    expect(await page.locator('[data-stage="motions"]').count()).toBe(0);
    expect(asks(till)[0]!.body.assistance).toEqual({ kind: 'attested', by: '1023', present: true });
    await see(page, 'ended');
    expect(await page.textContent(at('assisted'))).toBe('店员 1023 确认');
    expect(await lookAt(page, 'verified-attested')).toEqual([]);
    expect(till.complaints).toEqual([]);
  });

  it('is asked for less in the next round, after a motion that came too late', async (test) => {
    const counter = await startCounter(test);
    const till = await counter.begin('RETRY');
    const { page } = till;
    await page.click(at('kiosk'));
    await see(page, 'ended');
    expect(await lookAt(page, 'rejected-assist')).toEqual([]);
    await page.click(at('assist-gentle'));
    await page.waitForSelector('h1:text-is("核验成功")');
    expect(till.posted.at(-1)?.body).toEqual({ round: 2, assistance: { kind: 'gentle' } });
    expect(await page.textContent(at('assisted'))).toBe('小幅动作');
  });

  it('is asked for less while they read the consent, and nobody vouches by Escape', async (test) => {
    const counter = await startCounter(test);
    const { page } = await counter.begin('EXPIRED');
    await page.click(at('kiosk'));
    await page.waitForSelector(at('assist-gentle'));
    expect(await lookAt(page, 'running-assist')).toEqual([]);
    await page.click(at('assist-attested'));
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Escape');
    await page.click(at('assist-gentle'));
    await page.waitForSelector(`${at('assisted')}:text-is("小幅动作")`);
    expect(await page.locator(at('assist-gentle')).count()).toBe(0);
    await page.reload();
    await pass(page, 'running');
    expect(await page.textContent(at('assisted'))).toBe('小幅动作');
  });

  it('is told where the purpose allows nobody less, and another way is open', async (test) => {
    const counter = await startCounter(test);
    const till = await counter.begin('NO-ASSISTANCE');
    const { page } = till;
    await page.check(at('assist-gentle'));
    await page.click(at('kiosk'));
    await page.waitForSelector('text=这种业务不允许这样办理');
    expect(await lookAt(page, 'people-not-allowed')).toEqual([]);
    await page.check(at('assist-none'));
    await page.click(at('kiosk'));
    await page.waitForSelector('h1:text-is("核验成功")');
    expect(await page.locator(at('assisted')).count()).toBe(0);
  });
});
