import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseYamlConfig, readYamlConfig } from '../../../config/yaml.ts';
import { sandboxConfigSchema } from './config.ts';

describe("the sandbox's configuration", () => {
  it('needs nothing: the example file says what an empty one means', () => {
    const example = readYamlConfig(join(import.meta.dirname, 'sandbox.example.yaml'), sandboxConfigSchema);
    expect(example).toEqual(sandboxConfigSchema.parse({}));
    expect(example).toMatchObject({ listen: { host: '127.0.0.1', port: 0 }, down: [] });
  });

  it('with a typo is told with line, key and the nearest valid key', () => {
    const told = parseYamlConfig('down: [bank]\nslowMS: 5\n', 'sandbox.yaml', sandboxConfigSchema);
    expect(String(told)).toContain('sandbox.yaml:2: unknown key "slowMS": did you mean "slowMs"?');
  });
});
