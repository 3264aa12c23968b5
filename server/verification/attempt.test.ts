import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Plan } from '../../liveness/contract.ts';
import { drawPlan } from '../../liveness/index.ts';
import type { Attempt, Verification } from '../contract/index.ts';
import { json } from '../testing/answers.ts';
import { LI, startTestBackend, ZHANG } from '../testing/backend.ts';
import type { TestKiosk } from '../testing/kiosk.ts';

async function planFor(kiosk: TestKiosk, idNumber: string): Promise<Plan> {
  const { id } = await json<Verification>(await kiosk.ask(idNumber));
  const { plan } = await json<Attempt>(await kiosk.attempt(id));
  await kiosk.cancel(id);
  return plan;
}

it('a plan avoids the latest of its kiosk and of its subject at any kiosk, few of each, also after a restart', async () => {
  const data = mkdtempSync(join(tmpdir(), 'plans-'));
  const avoided: (readonly Plan[])[] = [];
  const options = {
    data,
    drawPlan: (random: () => number, avoid: readonly Plan[]) => {
      avoided.push(avoid);
      return drawPlan(random, avoid);
    },
  };
  const first = await startTestBackend(options);
  const [one, two] = [await first.kiosk(), await first.kiosk()];
  const here = await planFor(one, LI);
  const theirs = await planFor(two, ZHANG);
  await first.stop(0);
  const second = await startTestBackend(options);
  const again = new Proxy(one, {
    get: (target, name) =>
      name === 'send' ? (url: string, init: RequestInit) => second.app.request(url, init) : Reflect.get(target, name),
  });
  await planFor(again, ZHANG);
  expect(avoided.slice(0, 2)).toEqual([[], []]);
  expect(avoided[2]).toEqual(expect.arrayContaining([here, theirs]));
  for (let turn = 0; turn < 8; turn++) await planFor(again, ZHANG);
  expect(Math.max(...avoided.map(({ length }) => length))).toBeLessThanOrEqual(6);
  await second.remove();
});
