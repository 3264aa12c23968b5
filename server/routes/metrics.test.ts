import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verification } from '../contract/index.ts';
import { json, problem } from '../testing/answers.ts';
import { startTestBackend, type TestBackend, ZHANG } from '../testing/backend.ts';
import { tryOnce } from '../testing/course.ts';

let backend: TestBackend;
let text: string;
beforeAll(async () => {
  backend = await startTestBackend();
  const kiosk = await backend.kiosk();
  const { id } = await json<Verification>(kiosk.ask(ZHANG, { sale: 'SALE-77', till: 'TILL-88' }));
  const stream = await kiosk.request({ method: 'GET', path: `/v1/verifications/${id}/events` });
  expect(await (await backend.app.request('/metrics')).text()).toContain('event_streams_open 1');
  await tryOnce(kiosk, id);
  await stream.text();
  await kiosk.find('unknown');
  text = await (await backend.app.request('/metrics')).text();
});
afterAll(() => backend.remove());

describe('the metrics', () => {
  it('count outcomes, answers of the authorities, requests and streams', () => {
    expect(text).toMatch(/verification_duration_seconds_count\{state="verified",reason="matched",channel="kiosk"\} 1/);
    for (const authority of ['bank', 'police', 'insurer'])
      expect(text).toContain(`authority_answer_duration_seconds_count{authority="${authority}",outcome="match"} 1`);
    expect(text).toContain('route="/v1/verifications/:id",method="GET",status="404"} 1');
    expect(text).toContain('event_streams_open 0');
    expect(text).toMatch(/^ready 1$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });
  it('name nobody, and neither till nor sale', () => {
    expect(text).not.toMatch(new RegExp(`${ZHANG}|张|SALE-77|TILL-88`));
  });
  it('are for this machine alone, unless there is a token, and then for whoever bears it', async () => {
    const far = { incoming: { socket: { remoteAddress: '192.168.1.20', remoteFamily: 'IPv4', remotePort: 5 } } };
    const near = { incoming: { socket: { remoteAddress: '::ffff:127.0.0.1', remoteFamily: 'IPv6', remotePort: 5 } } };
    expect(await problem(backend.app.request('/metrics', {}, far))).toEqual([403, 'metrics-closed']);
    expect((await backend.app.request('/metrics', {}, near)).status).toBe(200);
    const proxied = { headers: { 'x-forwarded-for': '192.168.1.20' } };
    expect(await problem(backend.app.request('/metrics', proxied, near))).toEqual([403, 'metrics-closed']);
    const other = await startTestBackend({ metricsToken: 'a-token-of-some-length' });
    const bearing = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
    expect(await problem(other.app.request('/metrics', {}, near))).toEqual([403, 'metrics-closed']);
    expect(await problem(other.app.request('/metrics', bearing('another'), far))).toEqual([403, 'metrics-closed']);
    expect((await other.app.request('/metrics', bearing('a-token-of-some-length'), far)).status).toBe(200);
    await other.remove();
  });
  it('say when the backend cannot decide', async () => {
    const other = await startTestBackend();
    await other.store.close();
    expect(await (await other.app.request('/metrics')).text()).toMatch(/^ready 0$/m);
    await other.remove().catch(() => undefined);
  });
});
