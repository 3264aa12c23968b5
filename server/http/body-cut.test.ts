import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBackend, type TestBackend, ZHANG } from '../testing/backend.ts';
import type { TestKiosk } from '../testing/kiosk.ts';

let backend: TestBackend;
let kiosk: TestKiosk;
let server: Server;
const lines = new EventEmitter();
beforeAll(async () => {
  backend = await startTestBackend({ access: (line) => void lines.emit('line', line) });
  kiosk = await backend.kiosk();
  server = serve({ fetch: backend.app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await backend.remove();
});

it.each([
  ['/v1/verifications', true],
  ['/v1/kiosks', false],
])('a connection that ends within the body of POST %s has asked nothing, and is no fault', async (path, signs) => {
  const body = JSON.stringify({ till: 'T', sale: 'S', cardholder: { idNumber: ZHANG } });
  const headers = { 'idempotency-key': 'k', 'content-type': 'application/json' };
  const { init } = kiosk.sign({ method: 'POST', path, body, headers });
  const sent = Object.entries(signs ? init.headers : headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const over = once(lines, 'line');
  const length = Buffer.byteLength(body);
  socket.write(`POST ${path} HTTP/1.1\r\nhost: backend.test\r\ncontent-length: ${length}\r\n${sent.join('')}\r\n`);
  socket.write(body.slice(0, 20));
  await once(server, 'request');
  await new Promise((resolve) => setImmediate(resolve));
  socket.resetAndDestroy();
  const [line] = await over;
  expect(line).toMatchObject({ method: 'POST', route: path, status: 400 });
  expect(backend.faults).toEqual([]);
});
