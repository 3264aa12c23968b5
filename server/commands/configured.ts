import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { ConfigError, readYamlConfig } from '../../config/yaml.ts';
import { REAL_WORLD } from '../clock.ts';
import { configSchema } from '../config.ts';
import { addressOf } from '../db/config.ts';
import type { DatabaseAddress } from '../db/engine.ts';
import { ServerError } from '../error.ts';
import { openKeys } from '../keys/keys.ts';

/** The database of a configuration file, and the key of its audit. */
export type Configured = { readonly database: DatabaseAddress; readonly auditKey: Uint8Array };

/**
 * Reads the server's configuration as the server does. `mayMake`: whether a data folder and keys that are not there
 * are made, as by the server's first start. @throws ConfigError, ServerError
 */
export function readConfigured(file: string, mayMake: boolean): Configured {
  const config = readYamlConfig(file, configSchema);
  if (config instanceof ConfigError) throw config;
  const folder = dirname(resolve(file));
  const data = resolve(folder, config.data);
  const keys = join(data, 'keys.json');
  if (!mayMake && !existsSync(keys))
    throw new ServerError(
      'keys-unreadable',
      `${keys} is not there: without it nobody can tell whether a line is whole`,
    );
  if (mayMake) mkdirSync(data, { recursive: true, mode: 0o700 });
  const database = addressOf(config.database, { config: folder, data }, process.env);
  if (!mayMake && database.engine === 'sqlite' && !existsSync(database.path))
    throw new ServerError('database-refused', `${database.path} is not there: the server makes it at its first start`);
  return { database, auditKey: openKeys(data, REAL_WORLD).audit };
}

/**
 * Runs a command: what was expected to go wrong is told in a line, with exit code 1. `--help` says the usage; without a
 * command (arguments that were not understood) it is told as an error, with exit code 2.
 */
export async function runCommand(name: string, usage: string, command: (() => Promise<void>) | undefined) {
  if (process.argv.includes('--help')) return console.log(usage);
  if (!command) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  try {
    await command();
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof ServerError)) throw error;
    console.error(`${name}: ${error.code}: ${error.message}`);
    process.exitCode = 1;
  }
}
