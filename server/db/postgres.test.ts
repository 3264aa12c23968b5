import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REAL_WORLD } from '../clock.ts';
import { type Cluster, findPostgres, NEEDS_POSTGRES, startCluster } from '../testing/postgres.ts';
import { AUDIT_KEY, verificationRow as row } from '../testing/stores.ts';
import type { DatabaseAddress } from './engine.ts';
import { whereOf } from './engines.ts';
import { openStore, type Store } from './store.ts';

const missing = findPostgres() === undefined;

describe.skipIf(missing)(missing ? `PostgreSQL (${NEEDS_POSTGRES})` : 'PostgreSQL', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
  }, 60_000);
  afterAll(() => cluster?.remove(), 60_000);

  const open = (url: string, faults: unknown[] = []): Promise<Store> => {
    const database: DatabaseAddress = { engine: 'postgres', url, pool: 4 };
    return openStore({ database, world: REAL_WORLD, auditKey: AUDIT_KEY, report: (fault) => faults.push(fault) });
  };
  /** Waits until something is so. */
  const until = async (so: () => boolean | Promise<boolean>) => {
    for (const late = Date.now() + 20_000; !(await so()); await sleep(20))
      if (Date.now() > late) throw new Error('it did not come about in 20 s');
  };

  it('reports a commit when it is on the disk, whatever the server is set to', async () => {
    const url = await cluster.database();
    await cluster.run(url, `alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`);
    const store = await open(url);
    const seen = await store.transaction(async ({ now }) => {
      await now();
      return cluster.run(
        url,
        `select count(*)::int as ours from pg_stat_activity where application_name = 'liveness-backend'`,
      );
    });
    expect(seen[0]!.ours).toBeGreaterThan(0);
    await store.verifications.insert(row('v1'));
    await cluster.stop('immediate');
    await cluster.start();
    await until(() =>
      store.ping().then(
        () => true,
        () => false,
      ),
    );
    expect(await store.verifications.find('v1')).toEqual(row('v1'));
    await store.close();
  });
  it('that is gone is told as such, at the start with where, later with every question, and is used again when it is back', async () => {
    const url = await cluster.database();
    const faults: unknown[] = [];
    const store = await open(url, faults);
    await Promise.all([1, 2, 3, 4].map(() => store.now()));
    await cluster.stop();
    const gone = expect.objectContaining({ name: 'ServerError', code: 'database-unavailable' });
    await expect(store.ping()).rejects.toEqual(gone);
    await expect(store.transaction(({ now }) => now())).rejects.toEqual(gone);
    await expect(store.exclusively('job', 1000, async () => 1)).rejects.toEqual(gone);
    await expect(open(url)).rejects.toThrow(
      /^the database t\d+ at .*:5432: the database does not answer \(E\w+\): is it running/,
    );
    expect(faults).toEqual(faults.map(() => gone));
    await cluster.start();
    await until(() =>
      store.ping().then(
        () => true,
        () => false,
      ),
    );
    expect(await store.transaction(({ now }) => now())).toBeGreaterThan(0);
    await store.close();
  });
  it('that dies in the middle of a transaction fails it as a whole', async () => {
    const store = await open(await cluster.database());
    const dying = store.transaction(async ({ verifications }) => {
      await verifications.insert(row('v1'));
      await cluster.stop('immediate');
      await verifications.insert(row('v2', { kiosk: 'k2' }));
    });
    await expect(dying).rejects.toMatchObject({ code: 'database-unavailable' });
    await cluster.start();
    await until(() =>
      store.ping().then(
        () => true,
        () => false,
      ),
    );
    expect(await store.verifications.find('v1')).toBeUndefined();
    await store.close();
  });
  it('that may not be used says why, and never with a password', async () => {
    const url = new URL(await cluster.database());
    url.password = 'hunter2';
    url.pathname = '/none';
    const said = await open(url.href).catch((error: unknown) => error);
    expect(said).toMatchObject({ code: 'database-refused', message: expect.stringContaining('createdb makes one') });
    expect(String((said as Error).message)).not.toContain('hunter2');
    expect(whereOf({ engine: 'postgres', url: 'postgres://u:hunter2@db.internal/kiosk', pool: 1 })).toBe(
      'the database kiosk at db.internal:5432',
    );
    await cluster.run(
      url.href.replace('/none', '/postgres'),
      "create database latin encoding 'LATIN1' template template0",
    );
    url.pathname = '/latin';
    await expect(open(url.href)).rejects.toMatchObject({ message: expect.stringContaining('LATIN1, not UTF8') });
  });
  it('goes on when a migration changes the tables under it', async () => {
    const url = await cluster.database();
    const store = await open(url);
    await store.verifications.insert(row('v1'));
    const find = () => Promise.all([1, 2, 3, 4].map(() => store.verifications.find('v1')));
    const change = () => store.transaction(({ verifications }) => verifications.find('v1'));
    await find();
    await Promise.all([1, 2, 3, 4].map(change));
    await cluster.run(url, 'alter table verifications add column later text');
    for (const found of await find()) expect(found).toMatchObject(row('v1'));
    await cluster.run(url, 'alter table verifications add column latest text');
    for (const found of await Promise.all([1, 2, 3, 4].map(change))) expect(found).toMatchObject(row('v1'));
    await store.close();
  });
  it('that waits for a lock for too long is told as not to be had, and the connection is not lost', async () => {
    const url = await cluster.database();
    const store = await open(`${url}&lock_timeout=200`);
    await store.verifications.insert(row('v1'));
    const waits = store.transaction(async ({ verifications }) => {
      await verifications.find('v1');
      await expect(store.transaction((other) => other.verifications.find('v1'))).rejects.toMatchObject({
        code: 'database-unavailable',
      });
    });
    await waits;
    expect(await store.transaction((again) => again.verifications.find('v1'))).toEqual(row('v1'));
    await store.close();
  });

  describe('word from process to process', () => {
    const listen = async (store: Store) => {
      const heard: (string | undefined)[] = [];
      const notices = store.openNotices((id) => heard.push(id));
      await until(() => heard.length > 0);
      heard.length = 0;
      return { heard, notices };
    };
    it('reaches the others, and not oneself', async () => {
      const url = await cluster.database();
      const [a, b, c] = [await open(url), await open(url), await open(url)];
      const [here, there, elsewhere] = [await listen(a), await listen(b), await listen(c)];
      here.notices.tell('v1');
      for (let i = 0; i < 500; i++) there.notices.tell(`w${i}`);
      await until(() => elsewhere.heard.length === 501 && here.heard.length === 500);
      expect(there.heard).toEqual(['v1']);
      expect(here.heard).not.toContain('v1');
      for (const { notices } of [here, there, elsewhere]) await notices.close();
      for (const store of [a, b, c]) await store.close();
    });
    it('is resumed by itself: everybody is woken after a gap', async () => {
      const url = await cluster.database();
      const [a, b] = [await open(url), await open(url)];
      const [here, there] = [await listen(a), await listen(b)];
      await cluster.stop('immediate');
      await sleep(300);
      await cluster.start();
      await until(() => here.heard.includes(undefined) && there.heard.includes(undefined));
      here.notices.tell('after');
      await until(() => there.heard.includes('after'));
      for (const { notices } of [here, there]) await notices.close();
      for (const store of [a, b]) await store.close();
    });
    it('is told later when it could not be told at once', async () => {
      const url = await cluster.database();
      const [a, b] = [await open(`${url}&application_name=teller`), await open(url)];
      const [here, there] = [await listen(a), await listen(b)];
      await cluster.run(
        url,
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'teller'",
      );
      here.notices.tell('late');
      await until(() => there.heard.includes('late'));
      expect(here.heard).toEqual([undefined]);
      // Told in the very moment in which the line breaks, again and again.
      for (let i = 0; i < 20; i++) {
        const kill = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'teller'";
        await Promise.all([cluster.run(url, kill), sleep(i % 5).then(() => here.notices.tell(`w${i}`))]);
      }
      await until(() => there.heard.includes('w19'));
      for (const { notices } of [here, there]) await notices.close();
      for (const store of [a, b]) await store.close();
    });
    it('can be closed while the database is gone', async () => {
      const store = await open(await cluster.database());
      const { notices } = await listen(store);
      await cluster.stop();
      notices.tell('never');
      await notices.close();
      await store.close();
      await cluster.start();
    });
  });
});
