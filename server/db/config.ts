import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { ServerError } from '../error.ts';
import type { DatabaseAddress } from './engine.ts';

const urlSchema = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'postgres://USER@HOST:5432/NAME')
  .refine((url) => URL.canParse(url.replace('@/', '@localhost/')), 'postgres://USER@HOST:5432/NAME');

const embeddedSchema = z.strictObject({ engine: z.literal('sqlite') });

const postgresSchema = z
  .strictObject({
    engine: z.literal('postgres'),
    /** As psql takes it; `?sslmode=verify-full&sslrootcert=/path/ca.pem` for TLS. */
    url: urlSchema.optional(),
    /** A file that holds the url and nothing else, or a variable of the environment: for a url with a password. */
    urlFile: z.string().min(1).optional(),
    urlEnv: z.string().min(1).optional(),
    /** Connections at most, of this process; two more listen and migrate. */
    pool: z.number().int().min(1).max(200).default(10),
    /** `manual`: the tables are changed by `npm run migrate` only, the server needs no right to. */
    migrate: z.enum(['auto', 'manual']).default('auto'),
  })
  .refine(({ url, urlFile, urlEnv }) => [url, urlFile, urlEnv].filter(Boolean).length === 1, {
    message: 'needs one of url, urlFile, urlEnv',
  });

/** Where everything is kept: a file in the data folder, or PostgreSQL for any number of processes. */
export const databaseSchema = z
  .discriminatedUnion('engine', [embeddedSchema, postgresSchema])
  .default({ engine: 'sqlite' });

export type DatabaseConfig = z.output<typeof databaseSchema>;

/** @param folders of the configuration file, and of the data. @throws ServerError `database-refused` */
export function addressOf(
  config: DatabaseConfig,
  folders: { readonly config: string; readonly data: string },
  environment: Readonly<Record<string, string | undefined>>,
): DatabaseAddress {
  if (config.engine === 'sqlite') return { engine: 'sqlite', path: join(folders.data, 'backend.sqlite') };
  const { url = secretUrl(config, folders.config, environment), pool } = config;
  return { engine: 'postgres', url, pool };
}

function secretUrl(
  { urlFile, urlEnv }: { readonly urlFile?: string | undefined; readonly urlEnv?: string | undefined },
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const from = urlFile === undefined ? `database.urlEnv: ${urlEnv}` : `database.urlFile: ${resolve(folder, urlFile)}`;
  const text = urlFile === undefined ? environment[urlEnv ?? ''] : read(resolve(folder, urlFile), from);
  const url = urlSchema.safeParse(text?.trim());
  if (url.success) return url.data;
  const why = text === undefined ? 'is not set' : 'holds no url';
  throw new ServerError('database-refused', `${from} ${why}: postgres://USER:PASSWORD@HOST:5432/NAME`);
}

function read(path: string, from: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new ServerError('database-refused', `${from} cannot be read (${why})`, { cause });
  }
}
