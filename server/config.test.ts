import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseYamlConfig, readYamlConfig } from '../config/yaml.ts';
import { configSchema } from './config.ts';

describe('the configuration of the backend', () => {
  it('has an example that can be used as it is', () => {
    const config = readYamlConfig(join(import.meta.dirname, 'server.example.yaml'), configSchema);
    expect(config).toMatchObject({ mode: 'demo', ttlMs: 120_000, listen: { port: 8080 }, attempts: 3 });
  });
  it('names the line and the nearest key of a typo deep inside', () => {
    const text = 'data: d\nmode: demo\nauthorities:\n  police:\n    urll: http://x\n';
    expect(parseYamlConfig(text, 'server.yaml', configSchema)).toMatchObject({
      message: expect.stringContaining('server.yaml:5: unknown key "urll" in authorities.police: did you mean "url"?'),
    });
  });
  it('listens to this machine only unless told otherwise', () => {
    const example = readYamlConfig(join(import.meta.dirname, 'server.example.yaml'), configSchema) as {
      authorities: unknown;
    };
    const config = configSchema.parse({ data: 'd', mode: 'production', authorities: example.authorities });
    expect(config.listen.host).toBe('127.0.0.1');
  });
});
