/** Removes a person: `npm run forget -- --file FILE|- --config server.yaml`. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { idNumberSchema } from '../contract/index.ts';
import { scrub } from '../db/scrub.ts';
import { forgetPerson } from '../keep/forget.ts';
import { runCommand } from './configured.ts';
import { atDesk } from './desk.ts';

const USAGE = `usage: npm run forget -- --file FILE|- [--end] --config server.yaml
       npm run forget -- --id-number NUMBER [--end] --config server.yaml

Removes everything that is kept about a person, and takes its remains out of the database's files. FILE holds the ID
number and nothing else; - reads it from the standard input, so that it stands in no history of a shell. While a
verification of theirs is under way nothing is removed: wait for its end, or give --end to cancel it first.
The embedded database is written anew for this: with millions of rows take a quiet hour.`;

await runCommand('forget', USAGE, readArguments());

function readArguments(): (() => Promise<void>) | undefined {
  const text = { type: 'string' } as const;
  const options = { config: text, file: text, 'id-number': text, end: { type: 'boolean' } } as const;
  try {
    const { config, file, 'id-number': number, end = false } = parseArgs({ options }).values;
    if (config === undefined || (file === undefined) === (number === undefined)) return undefined;
    return () => forget(config, () => number ?? readFileSync(file === '-' ? 0 : (file ?? ''), 'utf8'), end);
  } catch {
    return undefined;
  }
}

async function forget(config: string, read: () => string, endLive: boolean): Promise<void> {
  const given = readNumber(read);
  if (given === undefined) return;
  await atDesk(config, async ({ change, vault, database, who }) => {
    const forgotten = await forgetPerson({ ...change, vault }, given, { who, endLive });
    if (!forgotten.ok) {
      const ids = forgotten.live.join(', ');
      return fail(`under way: ${ids}. Nothing was removed: wait for the end, or give --end to cancel it first`);
    }
    const { people, relatives, verifications, auditLines } = forgotten;
    console.log(
      `removed: ${people} person, ${verifications} verifications, ${relatives} relatives, words beside ${auditLines} lines of the audit`,
    );
    const clean = await scrub({ database });
    if (!clean) fail('remains stay in the journal until no server reads it: run this again, or stop the server first');
  });
  console.log('Should they stand in a list of people that the server imports, or in a backup: remove them there, too.');
}

/** Never repeats what was given. */
function readNumber(read: () => string): string | undefined {
  let text: string;
  try {
    text = read();
  } catch (error) {
    fail(`the file cannot be read (${(error as NodeJS.ErrnoException).code})`);
    return undefined;
  }
  const parsed = idNumberSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  fail(parsed.error.issues[0]?.message ?? 'that is no ID number');
  return undefined;
}

function fail(why: string): void {
  console.error(`forget: ${why}`);
  process.exitCode = 1;
}
