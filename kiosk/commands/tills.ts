import { readKioskConfig } from '../config.ts';
import { openDatabase } from '../outbox/database.ts';
import { openTills, type PairedTill } from '../till/tills.ts';

/**
 * `tills`, `tills list`: who may ask this kiosk. `tills revoke ID`: a paired one may not any more; a kiosk that runs
 * refuses it at once and ends what it listens to within a second.
 */
export function tills(path: string, words: readonly string[], say: (line: string) => void): number {
  const [action = 'list', id, ...more] = words;
  if (more.length > 0 || (action === 'revoke') !== (id !== undefined) || !['list', 'revoke'].includes(action)) return 2;
  const config = readKioskConfig(path);
  const database = openDatabase(config.data);
  try {
    const store = openTills(database, Date.now);
    if (id === undefined) {
      for (const line of tableOf(store.list(), config.till.keys)) say(line);
      return 0;
    }
    const known = store.find(id);
    if (store.revoke(id)) say(`${id} (${known?.name}) is revoked`);
    else if (known) say(`${id} (${known.name}) was revoked ${timeOf(known.revokedAt)}`);
    else say(`${id}: no paired till has this id; a key of the configuration file is removed there`);
    return known ? 0 : 1;
  } finally {
    database.close();
  }
}

function tableOf(paired: readonly PairedTill[], configured: readonly { readonly name: string }[]): readonly string[] {
  const rows = [
    ...paired.map((till) => [
      till.id,
      till.name,
      timeOf(till.pairedAt),
      till.lastSeen ? timeOf(till.lastSeen) : 'never',
      till.revokedAt ? `revoked ${timeOf(till.revokedAt)}` : 'paired',
    ]),
    ...configured.map(({ name }) => [name, name, '-', '-', 'configured']),
  ];
  if (rows.length === 0) return ['no till is paired or configured'];
  const all = [['id', 'name', 'since', 'last seen', 'state'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => widthOf(row[column]!))));
  return all.map((row) =>
    row
      .map((cell, at) => cell + ' '.repeat(widths[at]! - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** Columns of a terminal: letters of East Asia take two. */
const widthOf = (text: string): number =>
  [...text].reduce(
    (sum, letter) =>
      sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(letter) ? 2 : 1),
    0,
  );

const timeOf = (ms = 0): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 16);
