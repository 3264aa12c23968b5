import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardedLookup, mayReach, readTarget } from './target.ts';

const LAN = { hosts: [], loopback: false };
const HERE = { hosts: [], loopback: true };

describe('where the kiosk may be sent', () => {
  it.each([
    'http://8.8.8.8/x',
    'http://169.254.169.254/latest/meta-data',
    'http://[fe80::1]/',
    'http://[::ffff:8.8.8.8]/',
    'http://0x08080808/',
    'http://0.0.0.0/',
    'http://127.0.0.1:8090/consent',
    'http://2130706433/',
    'http://[::1]/',
    'file:///etc/passwd',
    'gopher://192.168.1.2/',
    'http://a:b@192.168.1.2/',
    'http://192.168.1.2/#x',
    'nonsense',
  ])('is not %s', (url) => {
    expect(typeof readTarget(url, LAN)).toBe('string');
  });
  it.each([
    'http://192.168.1.2:9000/hook',
    'https://10.1.2.3/',
    'http://[fd00::5]/a',
    'http://[::ffff:10.0.0.9]/',
    'https://till.local/',
  ])('may be %s', (url) => {
    expect(readTarget(url, LAN)).toBeInstanceOf(URL);
  });
  it('is this machine only where tills are on this machine', () => {
    expect(typeof readTarget('http://127.0.0.1:1/', LAN)).toBe('string');
    expect(readTarget('http://127.0.0.1:1/', HERE)).toBeInstanceOf(URL);
  });
  it('is no public address, however it is written', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a = 0, b = 0] = address.split('.').map(Number);
        const isLan = a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168);
        expect(mayReach(address, LAN)).toBe(isLan);
        expect(mayReach(`::ffff:${address}`, LAN)).toBe(isLan);
      }),
    );
  });
});

describe('a name', () => {
  const resolve = (name: string, addresses: string[], hosts: string[] = []) =>
    new Promise<string>((done) => {
      const lookup = ((_: string, __: object, found: (error: null, all: object[]) => void) =>
        found(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        )) as never;
      const guarded = guardedLookup({ hosts, loopback: false }, lookup);
      guarded(name, {}, (error, address) => done(error ? error.code! : String(address)));
    });
  it('leads to the LAN or nowhere, unless it is in the configuration', async () => {
    expect(await resolve('till.local', ['192.168.1.9'])).toBe('192.168.1.9');
    expect(await resolve('evil.example', ['93.184.216.34'])).toBe('EACCES');
    expect(await resolve('evil.example', ['93.184.216.34', '192.168.1.9'])).toBe('192.168.1.9');
    expect(await resolve('rebind.example', ['127.0.0.1'])).toBe('EACCES');
    expect(await resolve('hooks.example', ['93.184.216.34'], ['hooks.example'])).toBe('93.184.216.34');
  });
});
