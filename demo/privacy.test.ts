import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TillView } from '../kiosk/contract.ts';
import { ensureModels } from '../models/build.ts';
import { sandboxPeople } from '../server/authorities/sandbox/index.ts';
import { consentToEverything } from './person.ts';
import { type Stack, startStack } from './stack.ts';
import { verify } from './till.ts';

const ZHANG = sandboxPeople().find(({ key }) => key === 'zhang-min')!;
/** A valid number of nobody, one with a wrong check digit. */
const NOBODY = '11010519491231002X';
const MISTYPED = '110105194912310021';

const PLAIN = [
  ZHANG.idNumber,
  ZHANG.idNumber.slice(3, 14),
  ZHANG.name,
  ZHANG.bankCard,
  ZHANG.phone,
  NOBODY,
  MISTYPED,
].map((text) => ({ what: text, bytes: Buffer.from(text) }));
const CODED = PLAIN.map(({ what, bytes }) => ({
  what: `${what} in base64`,
  bytes: Buffer.from(bytes.toString('base64')),
}));
const PICTURE = [
  { what: 'a JPEG', bytes: Buffer.from([0xff, 0xd8, 0xff]) },
  { what: 'a JPEG in base64', bytes: Buffer.from('/9j/') },
  { what: 'a JPEG in hex', bytes: Buffer.from('ffd8ff') },
];
const ALL = [...PLAIN, ...CODED, ...PICTURE];

/** What the sound library of espeak-ng keeps at home: a cookie and a folder for its socket. Searched like all else. */
const SOUND = /^(\.config(\/pulse.*)?|pulse-\w+(\/.*)?)$/;

const found = (bytes: Buffer): string[] => ALL.filter((one) => bytes.includes(one.bytes)).map(({ what }) => what);

let data: string;
let temp: string;
let stack: Stack;
let view: TillView;
const said: string[] = [];
const before = { ...process.env };

beforeAll(async () => {
  await ensureModels();
  data = mkdtempSync(join(tmpdir(), 'privacy-'));
  temp = join(data, 'temp');
  mkdirSync(temp, { mode: 0o700 });
  // Libraries keep things at home, too.
  Object.assign(process.env, { TMPDIR: temp, HOME: temp, XDG_CACHE_HOME: temp, LOG_LEVEL: 'debug' });
  const camera = { driver: 'simulated', portrait: ZHANG.portrait, mode: 'person' } as const;
  stack = await startStack({ data, camera, ports: { screen: 0, till: 0, backend: 0 } });
  await askWrongly();
  const over = new AbortController();
  const person = consentToEverything(stack.screen, over.signal).catch(() => undefined);
  const screen = listen(`${stack.screen}/events`, over.signal);
  const signal = AbortSignal.timeout(60_000);
  view = await verify(
    stack.till,
    { sale: 'S-1', idNumber: ZHANG.idNumber },
    (step) => said.push(JSON.stringify(step)),
    signal,
  );
  const events = await fetch(`${stack.till}/v1/verifications/${view.verification}/events`);
  said.push(JSON.stringify(view), await events.text());
  over.abort();
  await Promise.all([person, screen]);
}, 240_000);
afterAll(async () => {
  await stack?.stop();
  for (const name of ['TMPDIR', 'HOME', 'XDG_CACHE_HOME', 'LOG_LEVEL']) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  rmSync(data, { recursive: true, force: true });
});

/** Numbers in all the wrong places, of tills and of strangers. */
async function askWrongly(): Promise<void> {
  const post = async (url: string, body: string, headers: Record<string, string> = {}) => {
    const all = { 'content-type': 'application/json', 'idempotency-key': 'k', ...headers };
    said.push(await (await fetch(url, { method: 'POST', headers: all, body })).text());
  };
  for (const idNumber of [NOBODY, MISTYPED]) {
    await post(`${stack.till}/v1/verifications`, JSON.stringify({ sale: 'S-0', cardholder: { idNumber } }));
    await post(`${stack.till}/v1/verifications`, `{"sale":"S-0","cardholder":{"idNumber":"${idNumber}"`);
    await post(`${stack.backend}/v1/kiosks`, `{"code":"${idNumber}`);
    await post(`${stack.backend}/v1/verifications`, JSON.stringify({ cardholder: { idNumber } }), {
      'signature-input': `kiosk=("@method");keyid="${idNumber}"`,
      signature: `kiosk=:${Buffer.from(idNumber).toString('base64')}:`,
    });
    await fetch(`${stack.backend}/v1/verifications/${idNumber}?name=${encodeURIComponent(ZHANG.name)}`);
    await fetch(`${stack.till}/v1/verifications/${idNumber}`);
  }
}

async function listen(url: string, signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(url, { signal });
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>)
      said.push(Buffer.from(part).toString());
  } catch {
    // Ends with the test.
  }
}

/** Every file of the stack but the operator's own list of people. */
function kept(): { readonly name: string; readonly bytes: Buffer }[] {
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path !== join(data, 'people.yaml'))
    .map((path) => ({ name: relative(data, path), bytes: readFileSync(path) }));
}
const leaks = () => kept().flatMap(({ name, bytes }) => found(bytes).map((what) => `${what} in ${name}`));

describe('a verification from camera to till', () => {
  it('is verified, and leaves files to look into', () => {
    expect(view).toMatchObject({ outcome: 'verified' });
    const names = kept().map(({ name }) => name);
    for (const file of [
      'kiosk.log',
      'backend.log',
      'sandbox.log',
      'kiosk/kiosk.sqlite-wal',
      'backend/backend.sqlite-wal',
    ])
      expect(names).toContain(file);
    expect(kept().some(({ bytes }) => bytes.includes(view.verification))).toBe(true);
    // The search finds what it looks for where it does stand.
    expect(found(readFileSync(join(data, 'people.yaml')))).toEqual(
      expect.arrayContaining([ZHANG.idNumber, ZHANG.name, ZHANG.bankCard, ZHANG.phone]),
    );
  });
  it('leaves no ID number, name, card, phone or picture in a log, a database or its journal, while it runs', () => {
    expect(leaks()).toEqual([]);
  });
  it('tells none of them to till or screen', () => {
    expect(said.length).toBeGreaterThan(10);
    expect(found(Buffer.from(said.join('\n')))).toEqual([]);
  });
  it('keeps everything for its owner only, and nothing in the folders for temporary files and caches', () => {
    expect(readdirSync(temp).filter((name) => !SOUND.test(name))).toEqual([]);
    // The lock on the folder is empty, and lies in a folder that is closed to others.
    expect(statSync(data).mode & 0o777).toBe(0o700);
    const open = readdirSync(data, { recursive: true, withFileTypes: true })
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => (statSync(path).mode & 0o077) !== 0 && !relative(data, path).startsWith('claim.sqlite'))
      .filter((path) => !SOUND.test(relative(temp, path)));
    expect(open.map((path) => relative(data, path))).toEqual([]);
  });
  it('leaves none of them behind when everything has stopped', async () => {
    await stack.stop();
    expect(leaks()).toEqual([]);
  }, 30_000);
});
