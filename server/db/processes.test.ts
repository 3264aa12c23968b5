import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attempt, Verification } from '../contract/index.ts';
import { json, problem } from '../testing/answers.ts';
import { LI, saying, startTestBackend, type TestBackend, untilEnded, ZHANG } from '../testing/backend.ts';
import { TestKiosk } from '../testing/kiosk.ts';
import { type Cluster, findPostgres, NEEDS_POSTGRES, NO_DISK, startCluster } from '../testing/postgres.ts';
import type { DatabaseAddress } from './engine.ts';

const missing = findPostgres() === undefined;

describe.skipIf(missing)(missing ? `two backends (${NEEDS_POSTGRES})` : 'two backends on one PostgreSQL', () => {
  let cluster: Cluster;
  let url: string;
  let database: DatabaseAddress;
  let first: TestBackend;
  let second: TestBackend;
  let kiosk: TestKiosk;
  /** The same kiosk, served by the other backend. */
  let elsewhere: TestKiosk;
  beforeAll(async () => {
    cluster = await startCluster(NO_DISK);
    url = await cluster.database();
    database = { engine: 'postgres', url, pool: 5 };
    first = await startTestBackend({ database, sweepMs: 50 });
    second = await startTestBackend({ database, data: first.folder, sweepMs: 50 });
    kiosk = await first.kiosk();
    elsewhere = Object.assign(new TestKiosk((target, init) => second.app.request(target, init)), {
      id: kiosk.id,
      keys: kiosk.keys,
    });
  }, 60_000);
  afterAll(async () => {
    await second?.remove();
    await first?.remove();
    await cluster?.remove();
  }, 60_000);
  const each = <T>(count: number, work: (kiosk: TestKiosk, i: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, (_, i) => work(i % 2 ? elsewhere : kiosk, i)));

  it('make one verification of one key, and refuse a second one of the kiosk, never with a fault', async () => {
    const same = await each(8, (one) => one.ask(ZHANG, { key: 'same' }));
    expect(same.map(({ status }) => status).sort()).toEqual([...Array(7).fill(200), 201]);
    const [{ id }] = await Promise.all(same.map((response) => json<Verification>(response)));
    const others = await each(8, (one) => problem(one.ask(LI)));
    expect(others).toEqual(others.map(() => [409, 'kiosk-busy']));
    await elsewhere.cancel(id);
    const different = await each(8, (one) => one.ask(ZHANG));
    expect(different.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    const made = await json<Verification>(different.find(({ status }) => status === 201)!);
    await kiosk.cancel(made.id);
    expect([...first.faults, ...second.faults]).toEqual([]);
  });
  it('serve any step of a verification, and end it once', async () => {
    const { id } = await json<Verification>(kiosk.ask(ZHANG));
    const attempt = await json<Attempt>(elsewhere.attempt(id));
    const sealed = await kiosk.seal(await kiosk.evidenceFor(attempt));
    const handed = await each(4, (one) => one.hand(attempt, sealed));
    expect(handed.some(({ status }) => status === 202)).toBe(true);
    expect(handed.every(({ status }) => status === 202 || status === 409)).toBe(true);
    expect(await untilEnded(elsewhere, id)).toMatchObject({ state: 'verified' });
    expect(await kiosk.find(id)).toEqual(await elsewhere.find(id));
    const endings = (await first.store.audit.of(id)).filter(({ what }) => what === 'verification-verified');
    expect(endings).toHaveLength(1);
  });
  it('accept no request that the other one has accepted', async () => {
    const { id } = await json<Verification>(kiosk.ask(ZHANG));
    const { url, init } = kiosk.sign({ method: 'POST', path: `/v1/verifications/${id}/cancel`, json: { by: 'till' } });
    expect((await kiosk.send(url, init)).status).toBe(200);
    expect(await problem(elsewhere.send(url, init))).toEqual([401, 'nonce-replayed']);
  });
  it('accept no request that the other one has refused, though nothing was written for it', async () => {
    const headers = { 'idempotency-key': 'refused' };
    const unknown = { till: 'T-1', sale: 'S-1', cardholder: { idNumber: '110105194901010224' } };
    const { url, init } = kiosk.sign({ method: 'POST', path: '/v1/verifications', json: unknown, headers });
    expect(await problem(kiosk.send(url, init))).toEqual([404, 'person-unknown']);
    expect(await problem(elsewhere.send(url, init))).toEqual([401, 'nonce-replayed']);
  });
  it('tell the streams of each what happens at the other, at once', async () => {
    const { id } = await json<Verification>(kiosk.ask(ZHANG));
    const stream = elsewhere.request({ method: 'GET', path: `/v1/verifications/${id}/events` });
    const reading = (await stream).text();
    await sleep(100);
    const since = performance.now();
    await kiosk.cancel(id);
    expect(await reading).toContain('"state":"cancelled"');
    expect(performance.now() - since).toBeLessThan(2000);
  });
  it('say that they are not ready while the database is gone, and go on by themselves when it is back', async () => {
    await cluster.stop('immediate');
    for (const backend of [first, second])
      expect(await problem(backend.app.request('/readyz'))).toEqual([503, 'not-ready']);
    const refused = await kiosk.ask(ZHANG);
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await problem(refused)).toEqual([503, 'not-ready']);
    expect((await first.app.request('/healthz')).status).toBe(200);
    await cluster.start();
    for (const late = Date.now() + 10_000; (await second.app.request('/readyz')).status !== 200; await sleep(50))
      expect(Date.now()).toBeLessThan(late);
    const { id } = await json<Verification>(elsewhere.ask(ZHANG));
    expect((await kiosk.cancel(id)).status).toBe(200);
    const codes = [...first.faults, ...second.faults].map((fault) => (fault as { code?: unknown }).code);
    expect(new Set(codes)).toEqual(new Set(['database-unavailable']));
  });
  it('finish a decision in the midst of which the database went away, once', async () => {
    const { id } = await json<Verification>(kiosk.ask(ZHANG));
    const attempt = await json<Attempt>(kiosk.attempt(id));
    const sealed = await kiosk.seal(await kiosk.evidenceFor(attempt));
    const authorities = [saying('bank', {}, 500), saying('police', {}, 500), saying('insurer', {}, 500)];
    const third = await startTestBackend({ database, data: first.folder, authorities, leaseMs: 800 });
    const there = Object.assign(new TestKiosk((target, init) => third.app.request(target, init)), {
      id: kiosk.id,
      keys: kiosk.keys,
    });
    expect((await there.hand(attempt, sealed)).status).toBe(202);
    await cluster.stop('immediate');
    await cluster.start();
    expect(await untilEnded(kiosk, id, 15_000)).toMatchObject({ state: 'verified' });
    const endings = `select n from audit where verification = '${id}' and what = 'verification-verified'`;
    expect(await cluster.run(url, endings)).toHaveLength(1);
    await third.stop(0);
  });
});
