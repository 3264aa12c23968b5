import { networkInterfaces } from 'node:os';
import { getConnInfo } from '@hono/node-server/conninfo';
import { afterEach, describe, expect, it } from 'vitest';
import { createPreview } from '../eyes/preview.ts';
import { type Listening, listen } from '../http/listen.ts';
import { createConsent } from '../verification/consent.ts';
import { createScreenApp } from './app.ts';
import { createScreenHub } from './hub.ts';
import { createVoice } from './voice.ts';

const open: Listening[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function createScreen(remote = '127.0.0.1') {
  const [hub, preview, consent] = [createScreenHub('惠民大药房', 50), createPreview(), createConsent()];
  const faults: Error[] = [];
  const retried: string[] = [];
  const again = async (verification: string) => retried.push(verification) > 0;
  const voice = createVoice('off', () => undefined);
  const fault = (error: Error) => void faults.push(error);
  const parts = { hub, preview, consent, voice, again, pages: new Map(), fault };
  const app = createScreenApp({ ...parts, remoteAddress: () => remote });
  const real = createScreenApp({ ...parts, remoteAddress: (env) => getConnInfo({ env } as never).remote.address });
  return { hub, preview, consent, retried, app, real };
}
const HOST = { host: '127.0.0.1:8090' };
const jpeg = (seq: number) =>
  ({ seq, at: seq, width: 8, height: 8, image: { kind: 'jpeg', data: Uint8Array.of(0xff, 0xd8, seq) } }) as const;

describe('the screen interface', () => {
  it('answers nobody but this machine', async () => {
    expect((await createScreen('192.168.1.7').app.request('/events', { headers: HOST })).status).toBe(403);
    expect((await createScreen().app.request('/events', { headers: { host: 'evil.example' } })).status).toBe(403);
    expect(
      (await createScreen().app.request('/events', { headers: { ...HOST, origin: 'http://evil.example' } })).status,
    ).toBe(403);
    const { app, preview } = createScreen();
    preview.start();
    const embed = { ...HOST, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
    expect((await app.request('/preview', { headers: embed })).status).toBe(403);
    const own = { ...HOST, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
    expect((await app.request('/preview', { headers: own })).status).toBe(200);
    preview.stop();
    expect((await createScreen('::ffff:127.0.0.1').app.request('/none', { headers: HOST })).status).toBe(404);
  });

  const lan = Object.values(networkInterfaces())
    .flat()
    .find((one) => one && one.family === 'IPv4' && !one.internal)?.address;
  it.skipIf(!lan)('refuses the LAN even if it were opened to it (needs a network interface: ip link)', async () => {
    const { real, preview } = createScreen();
    const listening = await listen('screen', real.fetch, { host: '0.0.0.0', port: 0 });
    open.push(listening);
    const port = new URL(listening.url).port;
    preview.start();
    for (const path of ['/preview', '/events', '/'])
      expect((await fetch(`http://${lan}:${port}${path}`)).status, path).toBe(403);
    preview.stop();
    const local = await fetch(`http://127.0.0.1:${port}/events`);
    expect(local.status).toBe(200);
    await local.body?.cancel();
  });

  it('takes no consent from a page of another site, whatever name it came by', async () => {
    const { app, consent } = createScreen();
    const asked = consent.ask('v1', new AbortController().signal);
    const body = JSON.stringify({ verification: 'v1', given: true });
    const post = (headers: Record<string, string>) =>
      app.request('/consent', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
    for (const headers of [
      { ...HOST, origin: 'https://evil.example' },
      { ...HOST, origin: 'null' },
      { ...HOST, origin: 'http://127.0.0.1:8091' },
      { ...HOST, 'sec-fetch-site': 'cross-site' },
      { ...HOST, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      { host: 'evil.example:8090', origin: 'http://evil.example:8090' },
      { host: '127.0.0.1.evil.example' },
    ])
      expect((await post(headers as Record<string, string>)).status).toBe(403);
    expect((await post({ ...HOST, origin: 'http://127.0.0.1:8090', 'sec-fetch-site': 'same-origin' })).status).toBe(
      204,
    );
    expect(await asked).toEqual({ given: true, accessible: false });
  });

  it('gives no preview unless a verification captures', async () => {
    const { app, preview } = createScreen();
    const before = await app.request('/preview', { headers: HOST });
    expect([before.status, ((await before.json()) as { code: string }).code]).toEqual([409, 'no-capture']);
    preview.start();
    expect((await app.request('/preview', { headers: HOST })).headers.get('content-type')).toContain(
      'multipart/x-mixed-replace',
    );
    preview.stop();
    expect((await app.request('/preview', { headers: HOST })).status).toBe(409);
  });

  it('passes the camera’s JPEG on as it came, and ends the stream with the capture', async () => {
    const { app, preview } = createScreen();
    preview.start();
    const response = await app.request('/preview', { headers: HOST });
    const body = response.arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, 20));
    preview.push(jpeg(7));
    await new Promise((resolve) => setTimeout(resolve, 20));
    preview.stop();
    const bytes = Buffer.from(await body);
    expect(bytes.includes(Buffer.from([0xff, 0xd8, 7, 0x0d, 0x0a]))).toBe(true);
    expect(bytes.toString('latin1')).toMatch(/^--picture\r\nContent-Type: image\/jpeg\r\nContent-Length: 3\r\n\r\n/);
  });

  it('gives a slow watcher the newest picture, not every picture', async () => {
    const { preview } = createScreen();
    preview.start();
    const watch = preview.watch(new AbortController().signal);
    const first = watch.next();
    for (let seq = 1; seq <= 5; seq++) preview.push(jpeg(seq));
    expect((await first).value?.[2]).toBe(5);
    await watch.return();
  });

  it('takes the answer of the person once, for the verification that was asked', async () => {
    const { app, consent } = createScreen();
    const asked = consent.ask('v1', new AbortController().signal);
    const answer = (body: unknown, type = 'application/json') =>
      app.request('/consent', {
        method: 'POST',
        headers: { ...HOST, 'content-type': type },
        body: JSON.stringify(body),
      });
    expect((await answer({ verification: 'v1', given: true }, 'text/plain')).status).toBe(415);
    expect((await answer({ verification: 'v1', given: 'yes' })).status).toBe(422);
    expect((await answer({ verification: 'v2', given: true })).status).toBe(409);
    expect((await answer({ verification: 'v1', given: true })).status).toBe(204);
    expect(await asked).toEqual({ given: true, accessible: false });
    expect((await answer({ verification: 'v1', given: false })).status).toBe(409);
  });

  it('hears the wish for a path without motions while it asks, once, and goes on asking', async () => {
    const { app, consent } = createScreen();
    const wishes: string[] = [];
    const asked = consent.ask('v1', new AbortController().signal, () => wishes.push('v1'));
    const post = (body: unknown) =>
      app.request('/consent', {
        method: 'POST',
        headers: { ...HOST, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await post({ verification: 'v2', accessible: true })).status).toBe(409);
    expect((await post({ verification: 'v1', accessible: false })).status).toBe(422);
    for (let time = 0; time < 2; time++)
      expect((await post({ verification: 'v1', accessible: true })).status).toBe(204);
    expect(wishes).toEqual(['v1']);
    expect((await post({ verification: 'v1', given: true })).status).toBe(204);
    expect(await asked).toEqual({ given: true, accessible: true });
  });

  it('begins another try only while it is offered', async () => {
    const { app, hub, retried } = createScreen();
    const post = () =>
      app.request('/again', {
        method: 'POST',
        headers: { ...HOST, 'content-type': 'application/json' },
        body: JSON.stringify({ verification: 'v1' }),
      });
    expect((await post()).status).toBe(409);
    hub.show({ store: 's', kind: 'result', outcome: 'rejected', reason: 'liveness-face-lost', again: 'v1' });
    expect((await post()).status).toBe(204);
    await new Promise((resolve) => setTimeout(resolve, 90));
    expect(hub.now().kind).toBe('result');
    hub.show({ store: 's', kind: 'result', outcome: 'verified', reason: 'matched' });
    expect((await post()).status).toBe(409);
    expect(retried).toEqual(['v1']);
  });

  it('tells a page which page there is, so that one of yesterday loads itself again', async () => {
    const { app } = createScreen();
    const read = async () => {
      const { body } = await app.request('/events', { headers: HOST });
      const reader = body!.getReader();
      const text = new TextDecoder().decode((await reader.read()).value);
      await reader.cancel();
      return text;
    };
    const first = await read();
    expect(first).toMatch(/event: page\ndata: "[\w-]{12}"\n.*retry: 500/s);
    expect(await read()).toBe(first);
  });

  it('goes back to idle by itself after a result, or to out of order', async () => {
    const { hub } = createScreen();
    hub.show({ store: 's', kind: 'result', outcome: 'verified', reason: 'matched' });
    hub.outOfOrder('camera-missing');
    expect(hub.now().kind).toBe('result');
    await new Promise((resolve) => setTimeout(resolve, 90));
    expect(hub.now()).toMatchObject({ kind: 'out-of-order', code: 'camera-missing' });
    hub.outOfOrder(undefined);
    expect(hub.now().kind).toBe('idle');
  });
});
