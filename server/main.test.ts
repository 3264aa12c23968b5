import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JSONWebKeySet } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { backendConfig } from './authorities/sandbox/index.ts';
import type { Attempt, Verification } from './contract/index.ts';
import { readReceipt } from './contract/receipt.ts';
import { untilEnded, ZHANG } from './testing/backend.ts';
import { TestKiosk } from './testing/kiosk.ts';

const folders: string[] = [];
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A configuration in a folder of its own, so that tests can run side by side. */
function configure(change: Record<string, unknown> = {}, people = `- idNumber: ${ZHANG}\n  name: 张小敏\n`): string {
  const folder = mkdtempSync(join(tmpdir(), 'server-'));
  folders.push(folder);
  const file = join(folder, 'server.yaml');
  const authorities = backendConfig('http://127.0.0.1:9');
  const enrolment = { codes: ['CODE-0'] };
  const config = { listen: { port: 0 }, data: 'data', mode: 'demo', people: 'people.yaml', enrolment, authorities };
  writeFileSync(file, stringify({ ...config, ...change }));
  writeFileSync(join(folder, 'people.yaml'), people);
  return file;
}

type Process = { readonly url: string; readonly lines: string[]; readonly ended: Promise<number | null>; kill(): void };

/** Starts the server and waits for `ready`, or for its end. */
async function start(file: string): Promise<Process> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--config', file]);
  children.push(child);
  const lines: string[] = [];
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = await new Promise<string>((resolve) => {
    for (const stream of [child.stdout!, child.stderr!])
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (line.includes('"ready":true')) resolve((JSON.parse(line) as { url: string }).url);
      });
    void ended.then(() => resolve(''));
  });
  return { url, lines, ended, kill: () => child.kill('SIGTERM') };
}

describe.concurrent('the server as a process', { timeout: 60_000 }, () => {
  it('serves a kiosk over HTTP, ends in order, and knows everything again after a restart', async () => {
    const file = configure();
    const first = await start(file);
    const kiosk = new TestKiosk(fetch, Date.now, first.url);
    expect((await kiosk.enrol('CODE-0')).status).toBe(201);
    const { id } = (await (await kiosk.ask(ZHANG)).json()) as Verification;
    const attempt = (await (await kiosk.attempt(id)).json()) as Attempt;
    const path = `/v1/verifications/${id}/events`;
    const stream = (await kiosk.request({ method: 'GET', path })).text();
    const evidence = await kiosk.evidenceFor(attempt, { transcript: [], still: undefined });
    expect((await kiosk.hand(attempt, await kiosk.seal(evidence))).status).toBe(202);
    const ended = await untilEnded(kiosk, id);
    // The real judge: a transcript of nothing shows nobody.
    expect(ended.state).toBe('rejected');
    expect(ended.result?.reason).toMatch(/^liveness-/);
    expect(await stream).toContain('"state":"rejected"');
    const open = kiosk.ask(ZHANG).then(async (response) => ((await response.json()) as Verification).id);
    const hanging = (await kiosk.request({ method: 'GET', path: `/v1/verifications/${await open}/events` })).text();
    const before = Date.now();
    first.kill();
    expect(await first.ended).toBe(0);
    // No stream that is open was waited for: that would be 5 s.
    expect(Date.now() - before).toBeLessThan(5000);
    expect(await hanging).toMatch(/retry: 1500\n: the backend stops; come back/);

    const second = await start(file);
    const again = Object.assign(new TestKiosk(fetch, Date.now, second.url), { id: kiosk.id, keys: kiosk.keys });
    expect(await again.find(id)).toEqual(ended);
    const jwks = (await (await fetch(`${second.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    expect(JSON.stringify(jwks)).not.toContain('"d"');
    expect((await readReceipt(ended.result!.receipt, jwks)).ok).toBe(true);
    second.kill();
    expect(await second.ended).toBe(0);

    const data = join(dirname(file), 'data');
    expect(statSync(join(data, 'keys.json')).mode & 0o777).toBe(0o600);
    const kept = readFileSync(join(data, 'backend.sqlite')).toString('latin1');
    for (const said of [kept, ...first.lines, ...second.lines]) {
      expect(said).not.toContain(ZHANG);
      expect(said).not.toContain(Buffer.from('张小敏').toString('latin1'));
      expect(said).not.toContain('张小敏');
    }
  });
  it('that is told to stop answers the request whose body is still on its way, and takes no other', async () => {
    const server = await start(configure());
    const kiosk = new TestKiosk(fetch, Date.now, server.url);
    await kiosk.enrol('CODE-0');
    const { till, sale } = { till: 'T', sale: 'S' };
    const json = { till, sale, cardholder: { idNumber: ZHANG } };
    const headers = { 'idempotency-key': 'k' };
    const { init } = kiosk.sign({ method: 'POST', path: '/v1/verifications', json, headers });
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const length = Buffer.byteLength(init.body as string);
    const head = Object.entries({ host: `${hostname}:${port}`, 'content-length': String(length), ...init.headers });
    socket.write(`POST /v1/verifications HTTP/1.1\r\n${head.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n`);
    const answer = text(socket);
    // What comes later is answered: so this has been read.
    for (let turn = 0; turn < 3; turn++) await fetch(`${server.url}/healthz`);
    server.kill();
    while (!server.lines.some((line) => line.includes('"stopping"'))) await sleep(10);
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
    socket.write(init.body as string);
    expect(await answer).toMatch(/^HTTP\/1\.1 201 Created[\s\S]*"state":"waiting"/);
    expect(await server.ended).toBe(0);
  });
  it('with a typo in its configuration says line, key and the nearest key, and ends', async () => {
    const server = await start(configure({ enrollment: {} }));
    expect(await server.ended).toBe(1);
    expect(server.lines.join('\n')).toMatch(/server\.yaml:\d+: unknown key "enrollment": did you mean "enrolment"\?/);
  });
  it('with a wrong person in its list says the line, and not who', async () => {
    const people = `- idNumber: ${ZHANG}\n  name: a\n- idNumber: "110105194912310021"\n  name: 李娜\n`;
    const server = await start(configure({}, people));
    expect(await server.ended).toBe(1);
    expect(server.lines.join('\n')).toMatch(/people\.yaml:3: 1\.idNumber: the check digit/);
    expect(server.lines.join('\n')).not.toMatch(/110105194912310021|李娜/);
  });
  it('refuses a sandbox in production', async () => {
    const server = await start(configure({ mode: 'production' }));
    expect(await server.ended).toBe(1);
    expect(server.lines.join('\n')).toContain('sandbox-in-production');
  });
  it('refuses the code of the example in production, and says its usage when it is asked', async () => {
    const server = await start(configure({ mode: 'production', enrolment: { codes: ['change-me-please'] } }));
    expect(await server.ended).toBe(1);
    expect(server.lines.join('\n')).toMatch(/^server: unsafe-in-production: .*npm run kiosks -- code/);
    const asked = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--help']);
    expect([await text(asked.stdout), asked.exitCode ?? (await once(asked, 'exit'))[0]]).toEqual([
      expect.stringContaining('npm run server -- --config server.yaml'),
      0,
    ]);
  });
  it('ends when whoever started it through a channel is gone, also when nobody reads its lines any more', async () => {
    const args = [join(import.meta.dirname, 'main.ts'), '--config', configure()];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
    children.push(child);
    const ended = once(child, 'exit');
    await new Promise<void>((resolve) => {
      createInterface({ input: child.stdout! }).on('line', (line) => line.includes('"ready":true') && resolve());
    });
    child.stdout!.destroy();
    child.disconnect();
    expect(await ended).toEqual([0, null]);
  });
  it('on an address that is taken says so', async () => {
    const first = await start(configure());
    const port = Number(new URL(first.url).port);
    const second = await start(configure({ listen: { port }, data: 'other' }));
    expect(await second.ended).toBe(1);
    expect(second.lines.join('\n')).toContain('listen-failed');
    first.kill();
    expect(await first.ended).toBe(0);
  });
});
