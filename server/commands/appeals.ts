/** Appeals: `npm run appeals -- list|show ID [--still FILE]|decide ID upheld|dismissed --config server.yaml`. */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { isoTime } from '../clock.ts';
import type { VerificationRow } from '../db/tables.ts';
import { type AppealDecision, decideAppeal, showStill } from '../keep/appeal.ts';
import { appealOf } from '../verification/view.ts';
import { runCommand } from './configured.ts';
import { atDesk } from './desk.ts';

const USAGE = `usage: npm run appeals -- list --config server.yaml
       npm run appeals -- show ID [--still FILE] --config server.yaml
       npm run appeals -- decide ID upheld|dismissed --config server.yaml

list    those that wait for a decision, the longest first
show    what was refused, and why; --still writes the picture to FILE (a new file, for you alone). The audit says so.
decide  upheld: the appeal was right. A new receipt says so; picture and people are deleted.`;

/** Lines of a list. */
const MOST = 1000;

await runCommand('appeals', USAGE, readArguments());

function readArguments(): (() => Promise<void>) | undefined {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({ options: { config: text, still: text }, allowPositionals: true });
    const { config, still } = values;
    const [what, id, decision, ...rest] = positionals;
    if (config === undefined || rest.length > 0) return undefined;
    if (what === 'list' && id === undefined) return () => list(config);
    if (what === 'show' && id !== undefined && decision === undefined) return () => show(config, id, still);
    if (what === 'decide' && id !== undefined && (decision === 'upheld' || decision === 'dismissed'))
      return () => decide(config, id, decision);
  } catch {
    // The usage says it.
  }
  return undefined;
}

async function list(config: string): Promise<void> {
  const rows = await atDesk(config, ({ store }) => store.keeping.openAppeals(MOST));
  for (const row of rows) {
    const { by, at } = appealOf(row) ?? { by: '?', at: '?' };
    console.log(`${row.id}  ${at}  by the ${by}  sale ${row.sale}  refused: ${row.reason}`);
  }
  if (rows.length === 0) console.log('No appeal waits for a decision.');
}

async function show(config: string, id: string, file: string | undefined): Promise<void> {
  await atDesk(config, async ({ store, sealing, who }) => {
    const row = await store.verifications.find(id);
    if (!row || row.appealed_at === null) return fail(`${id} was not appealed`);
    for (const line of describe(row)) console.log(line);
    const kept = await store.evidence.find(id);
    console.log(kept?.still ? `picture   kept until ${isoTime(kept.keep_until)}` : 'picture   none is kept');
    if (file === undefined) return;
    const still = await showStill({ store, ...sealing }, id, who);
    if (!still) return fail('there is no picture that could be shown');
    writeFileSync(file, still, { mode: 0o600, flag: 'wx' });
    console.log(`picture   written to ${file}: delete it when you have looked`);
  });
}

function describe(row: VerificationRow): readonly string[] {
  const { by, at, decision } = appealOf(row)!;
  const answers = Object.entries(JSON.parse(row.authorities ?? '{}')).map(([name, said]) => `${name} ${said}`);
  return [
    `verification ${row.id}`,
    `sale      ${row.sale} at till ${row.till}, kiosk ${row.kiosk}, ${isoTime(row.created_at)}`,
    `insured   ${row.cardholder_name} ${row.cardholder_id}`,
    `at hand   ${row.subject_name} ${row.subject_id} (${row.who})`,
    `refused   ${row.outcome}: ${row.reason} (${answers.join(', ')}), round ${row.round}`,
    `appeal    by the ${by}, ${at}: ${decision}`,
  ];
}

async function decide(config: string, id: string, decision: AppealDecision): Promise<void> {
  const decided = await atDesk(config, ({ change, who }) => decideAppeal(change, id, decision, who));
  if (decided.ok) console.log(`${id}: ${decision}; its picture and people are deleted, its receipt is new`);
  else fail(decided.code === 'appeal-not-open' ? `no appeal of ${id} is open` : `there is no verification ${id}`);
}

function fail(why: string): void {
  console.error(`appeals: ${why}`);
  process.exitCode = 1;
}
