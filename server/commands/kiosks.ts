/** The kiosks of a backend: `npm run kiosks -- list|revoke ID|code --config server.yaml`. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { isoTime } from '../clock.ts';
import { offerCode, revokeKiosk } from '../keep/kiosks.ts';
import { runCommand } from './configured.ts';
import { atDesk } from './desk.ts';

const USAGE = `usage: npm run kiosks -- list --config server.yaml
       npm run kiosks -- code [LABEL] [--hours N] --config server.yaml
       npm run kiosks -- revoke ID --config server.yaml

list    every kiosk that was enrolled
code    makes a one-time code for a new kiosk, good for --hours (default 24); it is shown once and only its hash kept
revoke  takes effect at once, also for what the kiosk has under way; it can be enrolled anew with another code`;

await runCommand('kiosks', USAGE, readArguments());

function readArguments(): (() => Promise<void>) | undefined {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({ options: { config: text, hours: text }, allowPositionals: true });
    const { config, hours = '24' } = values;
    const [what, which, ...rest] = positionals;
    if (config === undefined || rest.length > 0 || !/^[1-9]\d{0,3}$/.test(hours)) return undefined;
    if (what === 'list' && which === undefined) return () => list(config);
    if (what === 'code') return () => code(config, which ?? 'new kiosk', Number(hours));
    if (what === 'revoke' && which !== undefined) return () => revoke(config, which);
  } catch {
    // The usage says it.
  }
  return undefined;
}

async function list(config: string): Promise<void> {
  const kiosks = await atDesk(config, ({ store }) => store.keeping.allKiosks());
  for (const { id, name, store, enrolled_at, revoked_at } of kiosks) {
    const state = revoked_at === null ? `enrolled ${isoTime(enrolled_at)}` : `REVOKED ${isoTime(revoked_at)}`;
    console.log(`${id}  ${name}  ${store}  ${state}`);
  }
  if (kiosks.length === 0) console.log('No kiosk was enrolled yet: npm run kiosks -- code');
}

async function code(config: string, label: string, hours: number): Promise<void> {
  const offered = await atDesk(config, ({ change, who }) =>
    offerCode(change, { label, forMs: hours * 3_600_000, who }),
  );
  console.log(offered.code);
  console.error(`good once, until ${isoTime(offered.expiresAt)}`);
}

async function revoke(config: string, id: string): Promise<void> {
  const revoked = await atDesk(config, ({ change, who }) => revokeKiosk(change, id, who));
  if (revoked.kind === 'unknown') {
    console.error(`kiosks: there is no kiosk ${id} that could be revoked: npm run kiosks -- list`);
    process.exitCode = 1;
    return;
  }
  console.log(`${id} is revoked`);
  if (revoked.cancelled !== undefined) console.log(`its verification ${revoked.cancelled} is cancelled`);
}
