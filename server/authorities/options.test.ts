import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseYamlConfig } from '../../config/yaml.ts';
import { authoritiesSchema, openAuthorities } from './index.ts';
import { backendConfig } from './sandbox/index.ts';

const yaml = (bank: string, insurer = '') => `
bank:
  url: https://bank.test/
  secretId: i
  secretKey: k
${bank}
police: { url: https://police.test/, secretId: i, secretKey: k }
insurer:
  url: https://insurer.test
  paasid: p
  fixmedinsCode: H11010500001
  fixmedinsName: n
  mdtrtareaAdmvs: "110105"
  recerSysCode: r
  opter: o
  opterName: n
${insurer}
`;
const read = (text: string) => parseYamlConfig(text, 'server.yaml', authoritiesSchema);
const problem = (text: string) => (read(text) as ConfigError).message;

describe("the authorities' options", () => {
  it('have a default for everything that is not a secret or an address', () => {
    const config = read(yaml(''));
    if (config instanceof ConfigError) throw config;
    expect(config.bank).toMatchObject({
      timeoutMs: 4000,
      retries: 1,
      breaker: { calls: 10, share: 0.5, least: 5, openMs: 10_000 },
      rate: {},
      throttle: { wrongPerCard: 3, triesPerDay: 10, lockMs: 86_400_000, holdMs: 600_000 },
    });
    expect(config.insurer).toMatchObject({ envelope: 'plain', dictionary: { type: 'patn_rlts' } });
  });

  it.each([
    ['  timeoutMs: 0', '', /server\.yaml:6: bank\.timeoutMs/],
    ['  retries: 9', '', /server\.yaml:6: bank\.retries/],
    ['  breaker: { calls: 3, least: 5 }', '', /server\.yaml:6: bank\.breaker\.least|least is larger than calls/],
    ['  rate: { perSecnd: 1 }', '', /server\.yaml:6: unknown key "perSecnd" in bank\.rate: did you mean "perSecond"\?/],
    ['  tls: { cert: a.crt }', '', /server\.yaml:6: bank\.tls: cert and key go together/],
    ['', '  envelope: sm', /server\.yaml:1\d: insurer\.envelope: envelope: sm needs the keys under sm/],
    ['', '  family: { path: nowhere, infno: F101 }', /server\.yaml:1\d: insurer\.family\.path/],
  ])('tell of %j%j with its line', (bank, insurer, message) => {
    expect(problem(yaml(bank, insurer))).toMatch(message);
  });

  it('tell of SM keys that are none, and repeat none', () => {
    const keys =
      '{ appId: 19E179E5DC29C05E65B90CDE57A1C7E5, appSecret: secret-secret-secret, privateKey: PRIV, gatewayPublicKey: PUB }';
    const told = problem(yaml('', `  envelope: sm\n  sm: ${keys}`));
    expect(told).toMatch(/insurer\.sm\.privateKey: an SM2 private key is 64 hexadecimal digits/);
    expect(told).toMatch(/insurer\.sm\.gatewayPublicKey: an SM2 public key is 04 and 128 hexadecimal digits/);
    expect(told).not.toMatch(/PRIV|PUB|secret-secret/);
  });

  it('with a certificate that is not there stop the start', () => {
    const plain = backendConfig('https://bank.test');
    const tls = { cert: 'gone.crt', key: 'gone.key' };
    const config = authoritiesSchema.parse({ ...plain, bank: { ...plain.bank, tls } });
    const open = () => openAuthorities(config, { now: Date.now, random: randomBytes, folder: '/nowhere' });
    expect(open).toThrow(expect.objectContaining({ code: 'tls-unusable' }));
    expect(open).toThrow('authorities.bank.tls.cert: /nowhere/gone.crt: no such file');
  });
});
