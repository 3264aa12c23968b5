import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer } from './index.ts';
import { sandboxPeople } from './sandbox/index.ts';
import { ask, IMPATIENT, open } from './sandbox/testing/asking.ts';

const [zhangMin] = sandboxPeople();

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers every request in one hostile way, with bodies that would be a match at each of the three. */
describe.each(['bank', 'police', 'insurer'])('the %s behind a broken host', (name) => {
  let server: Server | undefined;
  afterEach(async () => {
    if (server === undefined) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    server = undefined;
  });

  const good = JSON.stringify({
    Response: { Result: name === 'bank' ? '0' : 'Success', Description: '', Sim: 99, RequestId: 'r' },
    infcode: 0,
    output: { baseinfo: { certno: zhangMin.idNumber, psn_name: zhangMin.name }, insuinfo: [{ psn_insu_stas: '1' }] },
  });
  const json = { 'content-type': 'application/json' };
  async function answered(handler: Handler, change: object = {}): Promise<Answer> {
    server = createServer(handler).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return ask(open(name, `http://127.0.0.1:${port}`, change), zhangMin, 'zhang-min');
  }

  it('would match if the host were sound (else what follows would prove nothing)', async () => {
    expect((await answered((_, response) => response.writeHead(200, json).end(good))).outcome).toBe('match');
  });

  it.each<[string, string, Handler]>([
    ['a web page', 'content-type', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(good)],
    ['no content type', 'content-type', (_, response) => response.writeHead(200).end(good)],
    ['a redirect', 'redirect', (_, response) => response.writeHead(307, { location: '/elsewhere', ...json }).end(good)],
    ['status 500', 'http-500', (_, response) => response.writeHead(500, json).end(good)],
    ['status 201', 'http-201', (_, response) => response.writeHead(201, json).end(good)],
    ['nothing', 'malformed', (_, response) => response.writeHead(200, json).end()],
    [
      'bytes that are not UTF-8',
      'malformed',
      (_, response) => response.writeHead(200, json).end(Buffer.from([0x22, 0xff, 0x22])),
    ],
    [
      'a body that is cut',
      'lost-connection',
      (request, response) => {
        response.writeHead(200, { ...json, 'content-length': good.length + 500 }).write(good);
        setTimeout(() => request.socket.destroy(), 20);
      },
    ],
    ['a body that never ends', 'timeout', (_, response) => void response.writeHead(200, json).write(good.slice(0, -1))],
    [
      'two megabytes packed into two thousand bytes',
      'oversized',
      (_, response) => {
        response
          .writeHead(200, { ...json, 'content-encoding': 'gzip' })
          .end(gzipSync(good + ' '.repeat(2 * 1024 * 1024)));
      },
    ],
    [
      'a key that stands twice',
      'duplicate-keys',
      (_, response) => response.writeHead(200, json).end(good.replace('"infcode":0', '"infcode":-1,"infcode":0')),
    ],
    [
      'a key that stands twice, once in disguise',
      'duplicate-keys',
      (_, response) => response.writeHead(200, json).end(good.replace('{', '{"\\u0052esponse":1,')),
    ],
    [
      'a thousand levels',
      'too-deep',
      (_, response) =>
        response.writeHead(200, json).end(good.replace('{', `{"deep":${'['.repeat(1000)}${']'.repeat(1000)},`)),
    ],
    [
      'half a million levels',
      'too-deep',
      (_, response) => response.writeHead(200, json).end(`${'['.repeat(500_000)}${']'.repeat(500_000)}`),
    ],
  ])('is unavailable after %s: %s', async (_title, fault, handler) => {
    const change = fault === 'timeout' ? IMPATIENT : {};
    expect(await answered(handler, change)).toEqual({ outcome: 'unavailable', code: `${name}-${fault}` });
  });
});
