import { spawn } from 'node:child_process';
import process from 'node:process';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureModels } from '../models/build.ts';

type Run = { readonly code: number | null; readonly lines: readonly string[]; readonly last: Record<string, unknown> };

/** Runs the demo as a person would, as a process of its own. */
function demo(...args: string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['demo/main.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const lines = output.trim().split('\n');
      try {
        resolve({ code, lines, last: JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> });
      } catch {
        reject(new Error(`the demo ended with ${code}:\n${output}\n${errors}`));
      }
    });
  });
}

const LIMIT_MS = 180_000;

// Mostly waiting for a person who takes their time: one of each kind at a time is no load.
// A session that a busy machine leaves without pictures for seconds is rightly refused: then once more.
const TWO_AT_A_TIME = { concurrent: true, timeout: LIMIT_MS, retry: 1 };
const ONE_BY_ONE = { concurrent: false };

beforeAll(() => ensureModels(), 180_000);

describe('the demo, from camera to till, of somebody who is really there', TWO_AT_A_TIME, () => {
  it('verifies the right person, in plain lines and one JSON object', ONE_BY_ONE, async () => {
    const { code, lines, last } = await demo();
    expect(last).toMatchObject({
      outcome: 'verified',
      reason: 'matched',
      authorities: { bank: 'match', police: 'match', insurer: 'match' },
    });
    expect(code).toBe(0);
    expect(Object.keys(last).sort()).toEqual(
      ['verification', 'outcome', 'reason', 'plan', 'authorities', 'receipt', 'elapsedMs'].sort(),
    );
    expect((last.plan as string[]).length).toBeGreaterThanOrEqual(2);
    expect(String(last.receipt).split('.')).toHaveLength(3);
    const told = lines.join('\n');
    for (const word of [/asked/, /consent/, /look/, /turn/, /matching/, /verified/]) expect(told).toMatch(word);
  });

  it.each([
    [['--subject', 'impostor'], 'rejected', /^police-face-mismatch$/],
    [['--authority-down', 'bank'], 'unavailable', /^bank-unavailable$/],
  ])('with %j ends %s', ONE_BY_ONE, expectEnd);
});

describe('the demo, from camera to till, of an attack', TWO_AT_A_TIME, () => {
  it.each([
    [['--attack', 'photo'], 'rejected', /^liveness-/],
    [['--attack', 'replay'], 'rejected', /^liveness-/],
  ])('with %j ends %s', ONE_BY_ONE, expectEnd);
});

async function expectEnd(args: string[], outcome: string, reason: RegExp): Promise<void> {
  const { code, last } = await demo(...args);
  expect(last).toMatchObject({ outcome, reason: expect.stringMatching(reason) });
  expect(code).toBe(0);
}
