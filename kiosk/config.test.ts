import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readKioskConfig, trustsLoopback, usesTls } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'kiosk-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const RIGHT = `store: { id: S001, name: 惠民大药房 }
kiosk: { name: counter-1 }
backend: { url: "http://127.0.0.1:8080" }
camera: { driver: simulated, portrait: zhang-min }
`;
const read = (text: string) => {
  writeFileSync(join(folder, 'kiosk.yaml'), text);
  return readKioskConfig(join(folder, 'kiosk.yaml'));
};
const HASH = 'a'.repeat(64);

describe('the kiosk configuration', () => {
  it('opens both doors to this machine only, unless told otherwise, and keeps data beside the file', () => {
    expect(read(RIGHT)).toMatchObject({
      till: { host: '127.0.0.1', keys: [] },
      screen: { host: '127.0.0.1' },
      data: join(folder, 'data/kiosk'),
    });
  });
  it('of the example is a right one, and leaves the voice as it is without a word', () => {
    const example = readKioskConfig(join(import.meta.dirname, 'kiosk.example.yaml'));
    expect(example).toMatchObject({ camera: { driver: 'v4l2' }, till: { tls: 'auto', pairing: true } });
    const { screen, limits } = read(RIGHT);
    expect({ screen: example.screen, limits: example.limits }).toEqual({ screen, limits });
  });
  it('with a typo says line, key and the nearest key', () => {
    expect(() => read(`${RIGHT}sceen: { port: 1 }\n`)).toThrow(
      /kiosk\.yaml:5: unknown key "sceen": did you mean "screen"\?/,
    );
  });
  it.each(['0.0.0.0', '192.168.1.20', '::'])('opens a till on %s with TLS only, and trusts nobody there', (host) => {
    expect(() => read(`${RIGHT}till: { host: "${host}", tls: off }\n`)).toThrow(
      expect.objectContaining({ code: 'till-open-to-lan' }),
    );
    const { till } = read(`${RIGHT}till: { host: "${host}" }\n`);
    expect([usesTls(till), trustsLoopback(till)]).toEqual([true, false]);
  });
  it('trusts this machine as the till while no keys are configured, without TLS unless it is asked for', () => {
    const { till } = read(RIGHT);
    expect([usesTls(till), trustsLoopback(till)]).toEqual([false, true]);
    expect(usesTls(read(`${RIGHT}till: { tls: on }\n`).till)).toBe(true);
    const keyed = read(`${RIGHT}till: { keys: [{ name: till-1, sha256: ${HASH} }] }\n`).till;
    expect(trustsLoopback(keyed)).toBe(false);
  });
  it('refuses a screen on the LAN whatever else it says', () => {
    const text = `${RIGHT}screen: { host: 0.0.0.0 }\ntill: { host: 0.0.0.0, keys: [{ name: till-1, sha256: ${HASH} }] }\n`;
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'screen-open-to-lan' }));
  });
});
