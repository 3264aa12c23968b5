import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { makeSecret, signMessage } from './sign.ts';

describe('the signature of a message', () => {
  it('is taken by the library that tills use, and by none with another secret or text', () => {
    fc.assert(
      fc.property(fc.json(), fc.uuid(), (body, id) => {
        const secret = makeSecret();
        const headers = signMessage(secret, `msg_${id}`, Date.now(), body);
        expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
        expect(() => new Webhook(makeSecret()).verify(body, headers)).toThrow();
        expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
      }),
    );
  });
  it('ends with its time', () => {
    const secret = makeSecret();
    expect(() => new Webhook(secret).verify('1', signMessage(secret, 'm', Date.now() - 600_000, '1'))).toThrow(/old/);
  });
});
