import { describe, expect, it } from 'vitest';
import { gatewayHeaders, signGateway } from './gateway.ts';
import { createGatewayCheck } from './sandbox/check-gateway.ts';

const access = { paasid: 'sandbox', token: 'secret' };
const NOW = 1_720_489_942_000;

describe("the gateway's signature", () => {
  it('is the verified one: 1720489942, M0mc5pgk, no token', () => {
    expect(signGateway('1720489942', '', 'M0mc5pgk')).toMatch(/^67991916[0-9a-f]{50}be0fdf$/);
  });

  it('is accepted by the other side once', () => {
    const check = createGatewayCheck(access, () => NOW);
    const headers = new Headers(gatewayHeaders(access, NOW, 'abcdef0123456789'));
    expect(check(headers)).toBeUndefined();
    expect(check(headers)).toBe('请求重复');
  });

  it('is refused with another token, an old time or another application', () => {
    const check = createGatewayCheck(access, () => NOW);
    const from = (given: typeof access, now: number) =>
      check(new Headers(gatewayHeaders(given, now, 'abcdef0123456789')));
    expect(from({ ...access, token: 'other' }, NOW)).toBe('签名验证失败');
    expect(from(access, NOW - 301_000)).toBe('时间戳过期');
    expect(from({ ...access, paasid: 'other' }, NOW)).toBe('应用标识不存在');
  });
});
