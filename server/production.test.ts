import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readYamlConfig } from '../config/yaml.ts';
import { configSchema } from './config.ts';
import { askedInTheClear, EXAMPLE_CODE, refuseUnsafe } from './production.ts';

const example = readYamlConfig(join(import.meta.dirname, 'server.example.yaml'), configSchema);
if (example instanceof ConfigError) throw example;
const production = { ...example, mode: 'production' } as const;

describe('a backend in production', () => {
  it('refuses the enrolment code that stands in the example, which a try-out may have', () => {
    expect(example.enrolment.codes).toContain(EXAMPLE_CODE);
    expect(() => refuseUnsafe(production)).toThrow(expect.objectContaining({ code: 'unsafe-in-production' }));
    expect(() => refuseUnsafe(example)).not.toThrow();
    expect(() => refuseUnsafe({ ...production, enrolment: { codes: ['another-code'] } })).not.toThrow();
  });
  it('tells of authorities that are asked without TLS, unless it is on this machine or sealed otherwise', () => {
    const at = (url: string, envelope: 'plain' | 'sm' = 'plain') => {
      const { bank, police, insurer } = production.authorities;
      const insured = { ...insurer, url, envelope };
      const authorities = { ...production.authorities, bank: { ...bank, url }, police, insurer: insured };
      return askedInTheClear({ mode: 'production', authorities });
    };
    expect(at('http://10.0.0.7:8080/')).toEqual(['bank', 'insurer']);
    expect(at('http://localhost.example/', 'sm')).toEqual(['bank']);
    for (const fine of ['https://bank.example/', 'http://127.0.0.1:9100/', 'http://localhost/', 'http://[::1]/'])
      expect(at(fine)).toEqual([]);
    expect(askedInTheClear(example)).toEqual([]);
  });
});
