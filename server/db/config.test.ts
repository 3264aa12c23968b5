import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseYamlConfig } from '../../config/yaml.ts';
import { addressOf, databaseSchema } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'database-'));
afterAll(() => rmSync(folder, { recursive: true }));
const folders = { config: folder, data: '/data' };
const schema = z.strictObject({ database: databaseSchema });
const read = (text: string) =>
  parseYamlConfig(text, 'server.yaml', schema) as { database: z.output<typeof databaseSchema> };
const complaint = (text: string) => (parseYamlConfig(text, 'server.yaml', schema) as unknown as Error).message;
const address = (text: string, environment = {}) => addressOf(read(text).database, folders, environment);

describe('database:', () => {
  it('is a file in the data folder unless told otherwise', () => {
    const embedded = { engine: 'sqlite', path: '/data/backend.sqlite' };
    expect(address('{}')).toEqual(embedded);
    expect(address('database: { engine: sqlite }')).toEqual(embedded);
  });
  it('takes the url of PostgreSQL from itself, a file or the environment', () => {
    const url = 'postgres://kiosk:secret@db.internal:5433/kiosk?sslmode=verify-full';
    writeFileSync(join(folder, 'url'), `${url}\n`);
    const expected = { engine: 'postgres', url, pool: 10 };
    expect(address(`database: { engine: postgres, url: "${url}" }`)).toEqual(expected);
    expect(address('database: { engine: postgres, urlFile: ./url }')).toEqual(expected);
    expect(address('database: { engine: postgres, urlEnv: DB, pool: 3 }', { DB: url })).toEqual({
      ...expected,
      pool: 3,
    });
  });
  it('says what is missing, and never repeats a url', () => {
    expect(complaint('database: { engine: postgres }')).toContain('needs one of url, urlFile, urlEnv');
    expect(complaint('database: { engine: postgre }')).toContain('did you mean "postgres"?');
    expect(complaint('database: { engine: postgres, urll: x }')).toContain('did you mean "url"?');
    const wrong = complaint('database: { engine: postgres, url: "mysql://u:hunter2@h/d" }');
    expect(wrong).toContain('server.yaml:1: database.url: postgres://USER@HOST:5432/NAME');
    expect(wrong).not.toContain('hunter2');
    expect(() => address('database: { engine: postgres, urlEnv: DB }')).toThrow('database.urlEnv: DB is not set');
    expect(() => address('database: { engine: postgres, urlEnv: DB }', { DB: 'hunter2' })).toThrow(
      /^database.urlEnv: DB holds no url: postgres:\/\/USER:PASSWORD@HOST:5432\/NAME$/,
    );
    expect(() => address('database: { engine: postgres, urlFile: none }')).toThrow('cannot be read (ENOENT)');
  });
});
