/** Verifies a receipt offline: `npm run receipt -- FILE|- [--jwks FILE|URL] [--lang zh]`. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { readReceipt } from '../contract/receipt.ts';
import { describeReceipt, type Language } from '../receipts/words.ts';
import { runCommand } from './configured.ts';

const DEFAULT_JWKS = 'http://127.0.0.1:8080/.well-known/jwks.json';

const USAGE = `usage: npm run receipt -- FILE|- [--jwks FILE|URL] [--lang en|zh]

Verifies the signature of a receipt (the text that a till keeps) and says in words what it says. --jwks: the backend's
public keys, from a file that was kept, for which nobody is asked, or by address
(default ${DEFAULT_JWKS}). Exit code 1: it does not hold.`;

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

await runCommand('receipt', USAGE, readArguments());

type Asked = { readonly file: string; readonly jwks: string; readonly language: Language };

function readArguments(): (() => Promise<void>) | undefined {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({ options: { jwks: text, lang: text }, allowPositionals: true });
    const { jwks = DEFAULT_JWKS, lang = 'en' } = values;
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0 || (lang !== 'en' && lang !== 'zh')) return undefined;
    return () => verify({ file, jwks, language: lang });
  } catch {
    return undefined;
  }
}

async function verify({ file, jwks: from, language }: Asked): Promise<void> {
  const jws = read(file, 'the receipt');
  const jwks = await readKeys(from);
  if (jws === undefined || jwks === undefined) return;
  const kid = kidOf(jws.trim());
  if (kid === undefined) return fail('receipt-malformed', 'this is no receipt: three parts with dots between them');
  if (!jwks.keys.some((key) => key.kid === kid && key.use === 'sig'))
    return fail('receipt-key-unknown', `the key set has no key ${kid}: take one that is newer, and of this backend`);
  const receipt = await readReceipt(jws.trim(), jwks);
  if (!receipt.ok) return fail(receipt.code, receipt.message);
  for (const line of describeReceipt(receipt.receipt, kid, language)) console.log(line);
}

function kidOf(jws: string): string | undefined {
  try {
    return decodeProtectedHeader(jws).kid;
  } catch {
    return undefined;
  }
}

function read(file: string, what: string): string | undefined {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    fail('unreadable', `${what} cannot be read: ${file} (${(error as NodeJS.ErrnoException).code})`);
    return undefined;
  }
}

async function readKeys(from: string): Promise<JSONWebKeySet | undefined> {
  const text = /^https?:/.test(from) ? await fetchText(from) : read(from, 'the key set');
  if (text === undefined) return undefined;
  try {
    return jwksSchema.parse(JSON.parse(text)) as JSONWebKeySet;
  } catch {
    fail('unreadable', `${from} is no key set (JWKS)`);
    return undefined;
  }
}

async function fetchText(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    if (response.ok) return await response.text();
    fail('unreadable', `${url} answered ${response.status}`);
  } catch {
    fail('unreadable', `${url} does not answer: give a key set that was kept, --jwks FILE`);
  }
  return undefined;
}

function fail(code: string, why: string): void {
  console.error(`receipt: ${code}: ${why}`);
  process.exitCode = 1;
}
