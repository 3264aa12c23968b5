import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTc3 } from './sandbox/check-tc3.ts';
import { canonicalRequest, sha256, signTc3 } from './tc3.ts';

/** The provider's worked example of signature v3; its key is printed as 32 asterisks, and signed with them. */
const EXAMPLE = {
  url: 'https://cvm.tencentcloudapi.com/',
  service: 'cvm',
  action: 'DescribeInstances',
  version: '2017-03-12',
  region: 'ap-guangzhou',
  body: '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
  timestamp: 1551113065,
};
const ASTERISKS = '*'.repeat(32);
const credentials = { secretId: 'AKIDEXAMPLE', secretKey: 'a key' };

const arrived = (request: typeof EXAMPLE, headers: Record<string, string>) => {
  const { pathname, search, host } = new URL(request.url);
  const all = new Headers({ ...headers, host });
  return { method: 'POST', path: pathname, query: search.slice(1), headers: all, body: Buffer.from(request.body) };
};

describe('the TC3 signature', () => {
  it('has the canonical request of the published example', () => {
    expect(sha256(canonicalRequest(EXAMPLE))).toBe('7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84');
  });

  it('is that of the published example', () => {
    const signed = signTc3(EXAMPLE, { secretId: `AKID${ASTERISKS}`, secretKey: ASTERISKS });
    expect(signed.authorization).toBe(
      `TC3-HMAC-SHA256 Credential=AKID${ASTERISKS}/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f`,
    );
  });

  it('of any body, action and time holds for the other side', () => {
    const requests = fc.record({
      url: fc.constantFrom('http://127.0.0.1:4711/police/', 'https://example.com/?a=1&b=2'),
      service: fc.constant('faceid'),
      action: fc.constantFrom('ImageRecognitionV2', 'BankCard4EVerification'),
      version: fc.constant('2018-03-01'),
      region: fc.constant('ap-beijing'),
      body: fc.string({ unit: 'binary' }),
      timestamp: fc.integer({ min: 1_500_000_000, max: 4_000_000_000 }),
    });
    fc.assert(
      fc.property(requests, (request) => {
        const seen = arrived(request, signTc3(request, credentials));
        expect(checkTc3(seen, credentials, request.timestamp * 1000)).toBeUndefined();
      }),
    );
  });

  it('does not hold for another body, key, time, service, action or caller', () => {
    const now = EXAMPLE.timestamp * 1000;
    const headers = signTc3(EXAMPLE, credentials);
    const good = arrived(EXAMPLE, headers);
    expect(checkTc3(good, credentials, now)).toBeUndefined();
    expect(checkTc3({ ...good, body: Buffer.from('{}') }, credentials, now)).toBe('AuthFailure.SignatureFailure');
    expect(checkTc3(good, { ...credentials, secretKey: 'another' }, now)).toBe('AuthFailure.SignatureFailure');
    expect(checkTc3(good, { ...credentials, secretId: 'another' }, now)).toBe('AuthFailure.SecretIdNotFound');
    expect(checkTc3(good, credentials, now + 301_000)).toBe('AuthFailure.SignatureExpire');
    const changes = {
      'x-tc-timestamp': '1551113066',
      'x-tc-action': 'RunInstances',
      authorization: headers.authorization.replace('/cvm/', '/cbs/'),
    };
    for (const [name, value] of Object.entries(changes))
      expect(checkTc3(arrived(EXAMPLE, { ...headers, [name]: value }), credentials, now), name).toBe(
        'AuthFailure.SignatureFailure',
      );
    const unsigned = arrived(EXAMPLE, { ...headers, authorization: 'Bearer x' });
    expect(checkTc3(unsigned, credentials, now)).toBe('AuthFailure.InvalidAuthorization');
  });
});
