import fc from 'fast-check';
import { sm2 } from 'sm-crypto-v2';
import { describe, expect, it } from 'vitest';
import { textToSign } from './canonical.ts';
import { createSmCodec, type SmOptions, smOptions } from './codec.ts';
import { signSm2 } from './sm2.ts';
import { encryptData, key16 } from './sm4.ts';

const APP = { appId: '19E179E5DC29C05E65B90CDE57A1C7E5', appSecret: 'D91CEB11EE62219CD91CEB11EE62219C' };
const ours = sm2.generateKeyPairHex();
const theirs = sm2.generateKeyPairHex();
const NOW = 1_720_489_942_000;

const side = (own: typeof ours, peer: typeof ours, change: Partial<SmOptions> = {}, now = () => NOW) =>
  createSmCodec(
    smOptions.parse({ ...APP, privateKey: own.privateKey, gatewayPublicKey: peer.publicKey, ...change }),
    now,
  );
const client = (change: Partial<SmOptions> = {}, now = () => NOW) => side(ours, theirs, change, now);
const gateway = (change: Partial<SmOptions> = {}, now = () => NOW) => side(theirs, ours, change, now);
/** As it arrives after its way as text. */
const sent = (message: unknown) => JSON.parse(JSON.stringify(message)) as Record<string, unknown>;

describe('the SM envelope', () => {
  it('brings a payload to the other side, and shows nothing of it on the way', () => {
    const message = sent(client().seal({ infno: '1101', input: { data: { psn_name: '张敏' } } }));
    expect(gateway().open(message)).toEqual({ json: { infno: '1101', input: { data: { psn_name: '张敏' } } } });
    expect(JSON.stringify(message)).not.toContain('张敏');
    expect(Object.keys(message).sort()).toEqual([
      'appId',
      'encData',
      'encType',
      'signData',
      'signType',
      'timestamp',
      'version',
    ]);
  });

  it('brings any payload there unchanged', () => {
    const payload = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });
    const [sender, receiver] = [client(), gateway()];
    fc.assert(
      fc.property(payload, (data) => {
        expect(receiver.open(sent(sender.seal(data)))).toEqual({ json: sent(data) });
      }),
      { numRuns: 30 },
    );
  });

  it('is refused when any one character of it is another', () => {
    const message = sent(client().seal({ infcode: 0, output: { a: '1' } }));
    const texts = Object.entries(message).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const receiver = gateway();
    const places = texts.flatMap(([key, text]) => [...text].map((_, at) => [key, at] as const));
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.constantFrom('0', '1', 'A', 'z', '+'), ([key, at], letter) => {
        const text = String(message[key]);
        fc.pre(text[at].toUpperCase() !== letter.toUpperCase());
        const changed = { ...message, [key]: text.slice(0, at) + letter + text.slice(at + 1) };
        expect(receiver.open(changed)).toHaveProperty('fault');
      }),
      { numRuns: 60 },
    );
  });

  it('is refused without any one of its fields, and with a second payload', () => {
    const message = sent(client().seal({ a: '1' }));
    const receiver = gateway();
    for (const key of Object.keys(message)) {
      const { [key]: _, ...rest } = message;
      expect(receiver.open(rest), key).toHaveProperty('fault');
    }
    expect(receiver.open({ ...message, data: { a: '1' } })).toEqual({ fault: 'sm-malformed' });
    expect(receiver.open({ ...message, note: 'added' })).toEqual({ fault: 'sm-signature' });
  });

  it.each([
    ['of another key', () => side(sm2.generateKeyPairHex(), theirs).seal({ a: '1' }), 'sm-signature'],
    ['of another user id', () => client({ userId: '' }).seal({ a: '1' }), 'sm-signature'],
    ['of our own, sent back', () => side(theirs, ours).seal({ a: '1' }), 'sm-signature'],
    ['under another secret', () => client({ appSecret: 'x'.repeat(32) }).seal({ a: '1' }), 'sm-unreadable'],
    ['of another application', () => client({ appId: 'y'.repeat(32) }).seal({ a: '1' }), 'sm-malformed'],
    ['of five minutes ago', () => client({}, () => NOW - 301_000).seal({ a: '1' }), 'sm-stale'],
    ['from the future', () => client({}, () => NOW + 301_000).seal({ a: '1' }), 'sm-stale'],
  ])('%s is refused', (_title, seal, fault) => {
    expect(gateway().open(sent(seal()))).toEqual({ fault });
  });

  it('is taken once', () => {
    const receiver = gateway();
    const message = sent(client().seal({ a: '1' }));
    expect(receiver.open(message)).toEqual({ json: { a: '1' } });
    expect(receiver.open(message)).toEqual({ fault: 'sm-replayed' });
  });

  it('is nothing else', () => {
    const receiver = gateway();
    for (const anything of ['plain', null, [], 1, {}, { encData: 1 }, { infcode: 0, output: {} }])
      expect(receiver.open(anything)).toEqual({ fault: 'sm-malformed' });
  });

  it('is not read when its payload names a key twice or nests too deep, although the gateway signed it', () => {
    const key = key16(APP.appId, APP.appSecret);
    const head = { appId: APP.appId, version: '1.0.0', encType: 'SM4', signType: 'SM2', timestamp: NOW / 1000 };
    const signed = (text: string) => {
      const textSigned = textToSign({ ...head, data: JSON.parse(text) }, APP.appSecret);
      const signData = signSm2(textSigned, theirs.privateKey, '1234567812345678');
      return { ...head, encData: encryptData(key, text), signData };
    };
    const receiver = client();
    expect(receiver.open(signed('{"infcode":0}'))).toEqual({ json: { infcode: 0 } });
    expect(receiver.open(signed('{"infcode":-1,"infcode":0}'))).toEqual({ fault: 'sm-unreadable' });
    expect(receiver.open(signed('['.repeat(40) + ']'.repeat(40)))).toEqual({ fault: 'sm-unreadable' });
  });
});
