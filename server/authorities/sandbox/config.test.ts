import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseYamlConfig, readYamlConfig } from '../../../config/yaml.ts';
import { configSchema } from '../../config.ts';
import { sandboxConfigSchema } from './config.ts';

describe("the sandbox's configuration", () => {
  it('needs nothing: the example file says what an empty one means', () => {
    const example = readYamlConfig(join(import.meta.dirname, 'sandbox.example.yaml'), sandboxConfigSchema);
    expect(example).toEqual(sandboxConfigSchema.parse({}));
    expect(example).toMatchObject({ listen: { host: '127.0.0.1', port: 9100 }, down: [] });
  });

  it('is where the example of the backend looks for its authorities', () => {
    const path = join(import.meta.dirname, '..', '..', 'server.example.yaml');
    const backend = readYamlConfig(path, configSchema);
    if (backend instanceof ConfigError) throw backend;
    const { sandbox, ...authorities } = backend.authorities;
    expect(sandbox).toBe(true);
    const { host, port } = sandboxConfigSchema.parse({}).listen;
    for (const { url } of Object.values(authorities)) expect(new URL(url).host).toBe(`${host}:${port}`);
  });

  it('with a typo is told with line, key and the nearest valid key', () => {
    const told = parseYamlConfig('down: [bank]\nslowMS: 5\n', 'sandbox.yaml', sandboxConfigSchema);
    expect(String(told)).toContain('sandbox.yaml:2: unknown key "slowMS": did you mean "slowMs"?');
  });
});
