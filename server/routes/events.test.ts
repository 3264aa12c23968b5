import { createParser } from 'eventsource-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attempt, Verification } from '../contract/index.ts';
import { saying, startTestBackend, type TestBackend, untilEnded, ZHANG } from '../testing/backend.ts';
import { tryOnce } from '../testing/course.ts';
import type { TestKiosk } from '../testing/kiosk.ts';

let backend: TestBackend;
let kiosk: TestKiosk;
beforeAll(async () => {
  backend = await startTestBackend();
  kiosk = await backend.kiosk();
});
afterAll(() => backend.remove());

type Got = { readonly id: number; readonly verification: Verification };

/** Reads a stream to its end, or until `enough` says so. */
async function read(id: string, options: { after?: number; enough?: (all: Got[]) => boolean } = {}): Promise<Got[]> {
  const headers: Record<string, string> = options.after === undefined ? {} : { 'last-event-id': String(options.after) };
  const path = `/v1/verifications/${id}/events`;
  const { url, init } = kiosk.sign({ method: 'GET', path });
  const response = await backend.app.request(url, { ...init, headers: { ...init.headers, ...headers } });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const all: Got[] = [];
  const parser = createParser({
    onEvent: ({ id: number, event, data }) => {
      expect(event).toBe('state');
      all.push({ id: Number(number), verification: JSON.parse(data) });
    },
  });
  for await (const part of response.body!.pipeThrough(
    new TextDecoderStream() as never,
  ) as unknown as AsyncIterable<string>) {
    parser.feed(part);
    if (options.enough?.(all)) break;
  }
  return all;
}

async function run(id: string): Promise<void> {
  const attempt = (await (await kiosk.attempt(id)).json()) as Attempt;
  await kiosk.hand(attempt, await kiosk.seal(await kiosk.evidenceFor(attempt)));
}
const create = async () => ((await (await kiosk.ask(ZHANG)).json()) as Verification).id;

describe('the events of a verification', () => {
  it('arrive while it goes on, in order, once, and end with its end', async () => {
    const id = await create();
    const reading = read(id);
    await run(id);
    const all = await reading;
    expect(all.map((each) => each.id)).toEqual([1, 2, 3, 4, 5]);
    const states = all.map(({ verification }) => verification.state);
    expect(states).toEqual(['created', 'waiting', 'capturing', 'matching', 'verified']);
    expect(all.map(({ verification }) => verification.answered.length)).toEqual([0, 0, 0, 0, 3]);
    expect(all.at(-1)?.verification).toEqual(await kiosk.find(id));
  });
  it('tell of each authority by itself when they take their time', async () => {
    const authorities = [saying('bank', {}, 0), saying('police', {}, 150), saying('insurer', {}, 300)];
    const other = await startTestBackend({ authorities });
    const theirs = await other.kiosk();
    const { id } = (await (await theirs.ask(ZHANG)).json()) as Verification;
    const reading = (await theirs.request({ method: 'GET', path: `/v1/verifications/${id}/events` })).text();
    await tryOnce(theirs, id);
    const told = [...(await reading).matchAll(/"state":"(?:matching|verified)".*?"answered":(\[.*?\])/g)];
    expect(told.map(([, names]) => (JSON.parse(names!) as string[]).length)).toEqual([0, 1, 2, 3]);
    await other.remove();
  });
  it('go on after Last-Event-ID, also when the verification has ended since', async () => {
    const id = await create();
    const some = await read(id, { enough: (all) => all.length === 1 });
    await run(id);
    await untilEnded(kiosk, id);
    const rest = await read(id, { after: some.at(-1)!.id });
    expect(rest.map((each) => each.id)).toEqual([2, 3, 4, 5]);
    expect(await read(id, { after: 5 })).toEqual([]);
    expect(await read(id, { after: 99 })).toEqual([]);
  });
  it('go to every reader', async () => {
    const id = await create();
    const readers = [read(id), read(id), read(id)];
    await kiosk.cancel(id);
    for (const all of await Promise.all(readers))
      expect(all.map(({ verification }) => verification.state)).toEqual(['created', 'waiting', 'cancelled']);
  });
  it('are given to so many readers at a time, and to others once those have left', async () => {
    const id = await create();
    const path = `/v1/verifications/${id}/events`;
    const open = await Promise.all(Array.from({ length: 16 }, () => kiosk.request({ method: 'GET', path })));
    expect(open.map(({ status }) => status)).toEqual(open.map(() => 200));
    const refused = await kiosk.request({ method: 'GET', path });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([429, 'streams-limited']);
    await open[0]!.body!.cancel();
    expect((await kiosk.request({ method: 'GET', path })).status).toBe(200);
    await kiosk.cancel(id);
    for (const one of open.slice(1)) await one.text();
    expect(await read(id)).toHaveLength(3);
  });
  it('end when the process stops, and a new one goes on with them', async () => {
    const other = await startTestBackend();
    const theirs = await other.kiosk();
    const { id } = (await (await theirs.ask(ZHANG)).json()) as Verification;
    const response = await theirs.request({ method: 'GET', path: `/v1/verifications/${id}/events` });
    const text = response.text();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await other.stop(0);
    expect(await text).toContain('retry: ');
    await other.remove().catch(() => undefined);
  });
  it('end without a fault of the line when the database fails, and go on where they were when asked again', async () => {
    const id = await create();
    const { verifications } = backend.store;
    const { eventsAfter } = verifications;
    const first = await read(id, {
      enough: (all) => {
        if (all.length === 2) {
          verifications.eventsAfter = () => Promise.reject(new Error('the database is gone'));
          void kiosk.cancel(id);
        }
        return false;
      },
    });
    expect(first.map((each) => each.id)).toEqual([1, 2]);
    expect(backend.faults.splice(0)).toEqual([expect.objectContaining({ message: 'the database is gone' })]);
    verifications.eventsAfter = eventsAfter;
    expect((await read(id, { after: 2 })).map((each) => each.id)).toEqual([3]);
  });
});
