import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { editDistance, nearest } from './nearest.ts';
import { ConfigError, parseYamlConfig, readYamlConfig } from './yaml.ts';

const schema = z.strictObject({
  camera: z
    .discriminatedUnion('driver', [
      z.strictObject({ driver: z.literal('v4l2'), device: z.string().default('/dev/video0') }),
      z.strictObject({ driver: z.literal('file'), path: z.string() }),
    ])
    .optional(),
  mode: z.enum(['demo', 'production']).default('demo'),
  listen: z.strictObject({ host: z.string(), port: z.number().int().max(65535) }).optional(),
  people: z.array(z.strictObject({ name: z.string(), phone: z.string().optional() })).optional(),
  limits: z.record(z.string(), z.strictObject({ perDay: z.number() })).optional(),
});

const complain = (text: string): string => {
  const result = parseYamlConfig(text, 'kiosk.yaml', schema);
  expect(result).toBeInstanceOf(ConfigError);
  return (result as ConfigError).message;
};

describe('a configuration with a typo', () => {
  it('in a key is told with line, key and the nearest valid key', () => {
    expect(complain('mode: demo\n\n# the eye\ncamrea:\n  driver: v4l2\n')).toBe(
      'kiosk.yaml:4: unknown key "camrea": did you mean "camera"?',
    );
  });
  it('in a nested key says where it stands', () => {
    expect(complain('camera:\n  driver: v4l2\n  devcie: /dev/video1\n')).toBe(
      'kiosk.yaml:3: unknown key "devcie" in camera: did you mean "device"?',
    );
  });
  it('in an item of a list says which', () => {
    expect(complain('people:\n  - name: a\n  - name: b\n    fone: "1"\n')).toBe(
      'kiosk.yaml:4: unknown key "fone" in people.1: did you mean "phone"?',
    );
  });
  it('inside a table of names is found too', () => {
    expect(complain('limits:\n  bank:\n    perday: 3\n')).toContain(
      'kiosk.yaml:3: unknown key "perday" in limits.bank: did you mean "perDay"?',
    );
  });
  it('in a word of a fixed set suggests the nearest word', () => {
    expect(complain('mode: prodution\n')).toBe(
      'kiosk.yaml:1: mode: not one of the values known here: did you mean "production"?',
    );
    expect(complain('camera:\n  driver: v4l\n')).toBe(
      'kiosk.yaml:2: camera.driver: not one of the values known here: did you mean "v4l2"?',
    );
  });
  it('far from every key lists the keys', () => {
    expect(complain('zzzzzzzzzz: 1\n')).toContain('the keys here are: camera, mode, listen');
  });
});

describe('a configuration', () => {
  it('that is right comes back with its defaults', () => {
    expect(parseYamlConfig('camera: { driver: v4l2 }\n', 'kiosk.yaml', schema)).toEqual({
      camera: { driver: 'v4l2', device: '/dev/video0' },
      mode: 'demo',
    });
  });
  it('that is empty has only defaults', () => {
    expect(parseYamlConfig('# nothing\n', 'kiosk.yaml', schema)).toEqual({ mode: 'demo' });
  });
  it('with a key missing says so at the line of its parent', () => {
    expect(complain('mode: demo\nlisten:\n  host: localhost\n')).toBe('kiosk.yaml:2: missing key "port" in listen');
  });
  it('with a value of the wrong kind says so without repeating the value', () => {
    const said = complain('listen:\n  host: localhost\n  port: s3cret\n');
    expect(said).toMatch(/^kiosk\.yaml:3: listen\.port: .*expected number/);
    expect(said).not.toContain('s3cret');
  });
  it('with several problems tells them all, by line', () => {
    const lines = complain('mdoe: demo\nlisten:\n  host: 1\n  port: 99999\n').split('\n');
    expect(lines.map((line) => line.split(':')[1])).toEqual(['1', '3', '4']);
  });
  it('that is not YAML names the line', () => {
    expect(complain('mode: demo\nlisten: [\n')).toMatch(/^kiosk\.yaml:[23]: /);
    expect(complain('mode: demo\nmode: demo\n')).toMatch(/^kiosk\.yaml:2: .*unique/);
  });
  it('of any text at all gives a value or a ConfigError with lines, never an exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abc:-[]{}&*!|>%@ \n"\'#?,1') }), (text) => {
        const result = parseYamlConfig(text, 'kiosk.yaml', schema);
        if (result instanceof ConfigError) expect(result.message).toMatch(/^kiosk\.yaml:\d+: /);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a configuration file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read', () => {
    writeFileSync(join(folder, 'a.yaml'), 'mode: production\n');
    expect(readYamlConfig(join(folder, 'a.yaml'), schema)).toEqual({ mode: 'production' });
  });
  it('that is not there is named', () => {
    const result = readYamlConfig(join(folder, 'none.yaml'), schema);
    expect(result).toMatchObject({ code: 'config-missing', message: `${join(folder, 'none.yaml')}: no such file` });
  });
});

describe('the edit distance', () => {
  it.each([
    ['camrea', 'camera', 1],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['same', 'same', 0],
  ])('of %s and %s is %i', (a, b, distance) => expect(editDistance(a, b)).toBe(distance));
  it('does not call everything near', () => {
    expect(nearest('till', ['camera', 'screen', 'a'])).toBeUndefined();
  });
});
