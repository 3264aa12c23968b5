/**
 * Checks and reads the audit: `npm run audit -- verify --config server.yaml [--checkpoint FILE] [--json]` and
 * `npm run audit -- show VERIFICATION --config server.yaml`. Exit code 1: something is wrong with it.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type AuditReport, checkAudit } from '../db/audit-check.ts';
import type { ChainHead } from '../db/chain.ts';
import { openEngine, refuseOutdated, whereOf } from '../db/engines.ts';
import type { Db } from '../db/tables.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { readConfigured, runCommand } from './configured.ts';
import { describeFinding, summarize } from './findings.ts';
import { tellStory } from './story.ts';

const USAGE = `usage: npm run audit -- verify --config server.yaml [--checkpoint FILE] [--json]
       npm run audit -- show VERIFICATION --config server.yaml

verify reads every line. With --checkpoint, the ends of the chains are compared with those in FILE, and FILE is
brought up to date: kept on another machine, it shows when the whole database was put back to an earlier day.`;

await runCommand('audit', USAGE, readArguments());

function readArguments(): (() => Promise<void>) | undefined {
  const text = { type: 'string' } as const;
  const options = { config: text, checkpoint: text, json: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [what, id, ...rest] = positionals;
    const { config, checkpoint, json = false } = values;
    if (config === undefined || rest.length > 0) return undefined;
    if (what === 'verify' && id === undefined) return () => verify(config, checkpoint, json);
    if (what === 'show' && id !== undefined) return () => show(config, id);
  } catch {
    // The usage says it.
  }
  return undefined;
}

async function verify(config: string, checkpoint: string | undefined, json: boolean): Promise<void> {
  const report = await withDatabase(config, async (db, key, where) => {
    if (!json) console.log(where);
    const kept = checkpoint === undefined ? undefined : readCheckpoint(checkpoint, key);
    const found = await check(db, key, kept);
    if (checkpoint !== undefined && found.findings.length === 0) writeCheckpoint(checkpoint, key, found.heads);
    return found;
  });
  if (json) console.log(JSON.stringify(report, undefined, 2));
  else for (const line of [...report.findings.map(describeFinding), summarize(report)]) console.log(line);
  if (report.findings.length > 0) process.exitCode = 1;
}

async function check(db: Db, key: Uint8Array, checkpoint: readonly ChainHead[] | undefined): Promise<AuditReport> {
  const show = process.stderr.isTTY;
  const progress = (lines: number, of: number) => void (show && process.stderr.write(`\r${lines} of ${of} lines `));
  const report = await checkAudit(db, { key, progress, ...(checkpoint ? { checkpoint } : {}) });
  if (show) process.stderr.write('\r\x1b[K');
  return report;
}

async function show(config: string, verification: string): Promise<void> {
  const lines = await withDatabase(config, (db, key) => tellStory(db, key, verification));
  for (const line of lines ?? [`The audit knows no verification ${verification}.`]) console.log(line);
  if (!lines) process.exitCode = 1;
}

async function withDatabase<T>(
  config: string,
  work: (db: Db, key: Uint8Array, where: string) => Promise<T>,
): Promise<T> {
  const { database, auditKey } = readConfigured(config, false);
  const engine = await openEngine({ database, now: Date.now, report: () => undefined, unlimited: true });
  try {
    await refuseOutdated(engine);
    return await work(engine.db, auditKey, whereOf(database));
  } finally {
    await engine.db.destroy();
  }
}
