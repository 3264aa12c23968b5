/**
 * The backend's keys: `npm run keys -- list|rotate|rewrap|drop --config server.yaml`. A running server sees what
 * changed at its next use of a key: it needs no restart.
 */
import { parseArgs } from 'node:util';
import { isoTime, REAL_WORLD } from '../clock.ts';
import { ServerError } from '../error.ts';
import { countByKey, FIRST_KEY, reseal } from '../keep/reseal.ts';
import { dropRingKey, type ListedKey, listKeys, PURPOSES, type Purpose, rotate } from '../keys/rotate.ts';
import { runCommand } from './configured.ts';
import { atDesk, readSettings } from './desk.ts';

const USAGE = `usage: npm run keys -- list --config server.yaml
       npm run keys -- rotate receipt|evidence|at-rest|all [--in MINUTES] --config server.yaml
       npm run keys -- rewrap --config server.yaml
       npm run keys -- drop KID --config server.yaml

list    every key, and how many rows each key at rest seals
rotate  adds a new key, used from --in minutes on (default 5): until then every server process, and every till that
        keeps the public keys, can learn of it. Old keys go on verifying receipts and opening what they sealed.
rewrap  seals what is kept anew with the key at rest in use; servers may run meanwhile
drop    takes a key at rest out that seals nothing any more (backups of the database may still need it)

Server processes on several machines have a keys.json each: copy the changed file to all of them within --in.`;

await runCommand('keys', USAGE, readArguments());

function readArguments(): (() => Promise<void>) | undefined {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({ options: { config: text, in: text }, allowPositionals: true });
    const { config, in: minutes = '5' } = values;
    const [what, which, ...rest] = positionals;
    if (config === undefined || rest.length > 0 || !/^\d{1,6}$/.test(minutes)) return undefined;
    if (what === 'list' && which === undefined) return () => list(config);
    if (what === 'rewrap' && which === undefined) return () => rewrapAll(config);
    if (what === 'drop' && which !== undefined) return () => drop(config, which);
    const purposes = which === 'all' ? PURPOSES : PURPOSES.filter((purpose) => purpose === which);
    if (what === 'rotate' && purposes.length > 0) return () => rotateThese(config, purposes, Number(minutes));
  } catch {
    // The usage says it.
  }
  return undefined;
}

async function list(config: string): Promise<void> {
  const counts = await atDesk(config, countByKey);
  const first = counts.get(FIRST_KEY) ?? 0;
  for (const key of listKeys(readSettings(config).places, Date.now())) console.log(describe(key, counts));
  if (first > 0) console.log(`at-rest   (first)  ${first} rows from before keys had ids: npm run keys -- rewrap`);
}

function describe({ purpose, kid, state, from }: ListedKey, counts: ReadonlyMap<string, number>): string {
  const since = from === undefined ? '' : state === 'not yet' ? `, from ${isoTime(from)}` : `, since ${isoTime(from)}`;
  const rows = purpose === 'at-rest' ? `, seals ${counts.get(kid) ?? 0} rows` : '';
  return `${purpose.padEnd(8)}  ${kid}  ${state}${since}${rows}`;
}

async function rotateThese(config: string, purposes: readonly Purpose[], minutes: number): Promise<void> {
  const { places } = readSettings(config);
  const from = Date.now() + minutes * 60_000;
  const made = purposes.map((purpose) => ({ purpose, kid: rotate(places, purpose, from, REAL_WORLD) }));
  // The keys are there, whatever becomes of the line that says so.
  for (const { purpose, kid } of made) console.log(`${purpose}: ${kid} is used from ${isoTime(from)} on`);
  await atDesk(config, async ({ store, who }) => {
    const detail = { keys: made.map(({ purpose, kid }) => `${purpose} ${kid}`), from: isoTime(from) };
    await store.audit.append({ at: await store.now(), who, what: 'keys-rotated', detail });
  });
  if (purposes.includes('at-rest')) console.log('What is kept stays as it is until: npm run keys -- rewrap');
}

async function rewrapAll(config: string): Promise<void> {
  const { people, evidence } = await atDesk(config, ({ store, vault, sealing }) =>
    reseal({ store, vault, ...sealing }),
  );
  console.log(`sealed anew: ${people} rows about people, the keys of ${evidence} pieces of evidence`);
}

async function drop(config: string, kid: string): Promise<void> {
  await atDesk(config, async ({ store, vault, places, who }) => {
    const rows = (await countByKey({ store, vault })).get(kid) ?? 0;
    if (rows > 0) throw new ServerError('keys-unreadable', `${kid} still seals ${rows} rows: npm run keys -- rewrap`);
    if (!dropRingKey(places, kid, Date.now()))
      throw new ServerError('keys-unreadable', `${kid} is no key at rest that could go: see npm run keys -- list`);
    await store.audit.append({ at: await store.now(), who, what: 'key-dropped', detail: { kid } });
  });
  console.log(`${kid} is gone`);
}
