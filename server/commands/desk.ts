import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { ConfigError, readYamlConfig } from '../../config/yaml.ts';
import { REAL_WORLD } from '../clock.ts';
import { configSchema, type ServerConfig } from '../config.ts';
import type { DatabaseAddress } from '../db/engine.ts';
import { openStore, type Store } from '../db/store.ts';
import { POLICY_VERSION } from '../decide/policy.ts';
import { msOfDays } from '../keep/config.ts';
import { type KeyPlaces, keyPlaces, openKeys, type ServerKeys } from '../keys/keys.ts';
import { openVault, type Vault } from '../people/vault.ts';
import { signReceipt } from '../receipts/receipt.ts';
import type { ChangeDeps } from '../verification/change.ts';
import { readConfigured } from './configured.ts';

/** What an operator's command works with: the same database and keys as the server, which may be running. */
export type Desk = {
  readonly store: Store;
  readonly database: DatabaseAddress;
  readonly vault: Vault;
  readonly keys: ServerKeys;
  readonly places: KeyPlaces;
  readonly change: ChangeDeps;
  /** For evidence at rest. */
  readonly sealing: { readonly ring: ServerKeys['atRest']; readonly random: (bytes: number) => Uint8Array };
  /** For the audit. */
  readonly who: string;
};

export type Settings = { readonly config: ServerConfig; readonly places: KeyPlaces; readonly data: string };

/** @throws ConfigError */
export function readSettings(file: string): Settings {
  const config = readYamlConfig(file, configSchema);
  if (config instanceof ConfigError) throw config;
  const folder = dirname(resolve(file));
  const data = resolve(folder, config.data);
  const atRest = config.keys.atRest && resolve(folder, config.keys.atRest);
  return { config, data, places: keyPlaces(data, atRest || undefined) };
}

/** Opens database and keys for `work`. Tables that are not up to date are refused. @throws ConfigError, ServerError */
export async function atDesk<T>(file: string, work: (desk: Desk) => Promise<T>): Promise<T> {
  const { config, data, places } = readSettings(file);
  const { database, auditKey } = readConfigured(file, false);
  const world = REAL_WORLD;
  const keys = openKeys(data, world, places.atRest);
  const store = await openStore({ database, world, auditKey, migrate: 'manual' });
  // Streams of a running server hear of a change at once, or at their heartbeat.
  const notices = store.openNotices(() => undefined);
  try {
    const change: ChangeDeps = {
      store,
      world,
      rules: {
        attempts: config.attempts,
        ttlMs: config.ttlMs,
        assistedMs: config.assistedMs,
        reopenMs: config.reopenMs,
      },
      appealMs: msOfDays(config.appeals.keepDays),
      policy: POLICY_VERSION,
      announce: (id) => notices.tell(id),
      sign: (receipt) => signReceipt(receipt, keys.receipt),
    };
    const vault = openVault(keys.people, world, keys.atRest);
    const sealing = { ring: keys.atRest, random: world.random };
    return await work({ store, database, vault, keys, places, change, sealing, who: `operator:${operator()}` });
  } finally {
    await notices.close();
    await store.close();
  }
}

/** Who sits at this machine, as far as it knows. */
function operator(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
