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

const LIMIT_MS = 90_000;

beforeAll(() => ensureModels(), 180_000);

describe('the demo, from camera to till', () => {
  it(
    'verifies the right person, in plain lines and one JSON object',
    async () => {
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
    },
    LIMIT_MS,
  );

  it.each([
    [['--subject', 'impostor'], 'rejected', /^police-face-mismatch$/],
    [['--attack', 'photo'], 'rejected', /^liveness-/],
    [['--attack', 'replay'], 'rejected', /^liveness-/],
    [['--authority-down', 'bank'], 'unavailable', /^bank-unavailable$/],
  ])(
    'with %j ends %s',
    async (args, outcome, reason) => {
      const { code, last } = await demo(...args);
      expect(last).toMatchObject({ outcome, reason: expect.stringMatching(reason) });
      expect(code).toBe(0);
    },
    LIMIT_MS,
  );
});
