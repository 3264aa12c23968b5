import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Listening, listen } from '../http/listen.ts';
import { type Log, logFailed } from '../log.ts';
import { startTestBackend, type TestBackend } from '../testing/backend.ts';
import { createCounter, until } from '../testing/counter.ts';
import { createTestTill } from '../testing/till.ts';

let backend: TestBackend;
let counter: ReturnType<typeof createCounter>;
let listening: Listening;
let lines: { level: string; fields: object; text: string }[];
beforeEach(async () => {
  backend = await startTestBackend();
  counter = createCounter(backend.url);
  lines = [];
  const at = (level: string) => (fields: object, text: string) => void lines.push({ level, fields, text });
  const log: Log = { info: at('info'), warn: at('warn'), error: at('error') };
  const app = createTestTill(counter, { fault: (error) => logFailed(log, error) });
  listening = await listen('till', app.fetch, { host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  await listening.close();
  await counter.close();
  await backend.shut();
});

const HALF = '{"sale": "S-1", "cardhol';
const head = (path: string) =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: 200\r\n\r\n`;

it.each(['/v1/verifications', '/v1/verifications/v1/retry', '/v1/people', '/v1/pairings'])(
  'a till that is cut off within the body of POST %s has asked nothing, and no fault is logged',
  async (path) => {
    const socket = connect(Number(new URL(listening.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(head(path) + HALF);
    // The kiosk has it in its hands: an answer on another connection comes after it.
    await fetch(`${listening.url}/healthz`);
    socket.resetAndDestroy();
    await until(() => lines.length > 0);
    expect(lines).toEqual([
      {
        level: 'info',
        fields: { code: 'body-cut' },
        text: `the connection ended after ${HALF.length} bytes of a body`,
      },
    ]);
    expect(backend.seen.creates).toBe(0);
  },
);

it('one that stops speaking in the middle, but still listens, is told that the request is bad', async () => {
  const socket = connect(Number(new URL(listening.url).port), '127.0.0.1');
  let said = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  socket.end(head('/v1/verifications') + HALF);
  await once(socket, 'close');
  expect(said).toMatch(/^HTTP\/1\.1 400 /);
  expect(lines.filter(({ level }) => level !== 'info')).toEqual([]);
});
