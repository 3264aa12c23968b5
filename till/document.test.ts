import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSimulator, type TestSimulator } from '../kiosk/simulator/testing.ts';
import { openState } from './command/state.ts';
import { pair } from './pair.ts';
import { createPinnedFetch } from './pinned-fetch.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TEXT = readFileSync(join(ROOT, 'docs', 'till.md'), 'utf8');
const hasCurl = spawnSync('curl', ['--version']).status === 0;

/** The boxes of one language that are to be run, in their order. */
const boxes = (language: string): readonly string[] =>
  [...TEXT.matchAll(new RegExp(`^\`\`\`${language} run\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code!);

type Ran = { readonly code: number; readonly output: string };

describe('docs/till.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'till-document-'));
  let simulator: TestSimulator;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    simulator = await startTestSimulator({ tls: true });
    const { url, pin } = simulator;
    const paired = await pair({
      url,
      pin,
      name: 'reader',
      fetch: createPinnedFetch(pin),
      code: async () => simulator.code(),
    });
    if (!paired.ok) throw new Error(paired.problem.code);
    await openState(join(folder, 'state')).keep({ ...paired.value, url });
    const curlPin = `sha256//${pin.replaceAll('-', '+').replaceAll('_', '/')}=`;
    env = {
      ...process.env,
      LIVENESS_TILL: join(folder, 'state'),
      TILL_URL: url,
      TILL_KEY: paired.value.key,
      TILL_PIN: curlPin,
    };
    // The pages may have to be built first.
  }, 60_000);
  afterAll(async () => {
    await simulator.remove();
    rmSync(folder, { recursive: true });
  });
  const run = (command: string, words: readonly string[]): Promise<Ran> =>
    new Promise((resolve) => {
      execFile(command, [...words], { cwd: folder, env, timeout: 60_000 }, (error, out, err) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, output: out + err }),
      );
    });

  it('has boxes that can be run', () => {
    expect([boxes('bash').length > 10, boxes('ts').length]).toEqual([true, 2]);
  });
  it.skipIf(!hasCurl)('has commands that do what it says (needs curl: apt-get install curl)', async () => {
    // As npm does: where the words were typed is passed on.
    const npm = `npm() { shift 4; INIT_CWD="$PWD" "${process.execPath}" --disable-warning=ExperimentalWarning "${ROOT}/till/main.ts" "$@"; }`;
    const script = ['set -euo pipefail', npm, ...boxes('bash')].join('\n');
    expect(script.match(/npm run (?!-s till -- )/g) ?? []).toEqual([]);
    const ran = await run('bash', ['-c', script]);
    expect(ran, ran.output).toMatchObject({ code: 0 });
    expect(ran.output).toContain('VERIFIED');
  });
  it('has TypeScript that runs beside a copy of the client, with nothing else', async () => {
    const copy = join(folder, 'my-till');
    mkdirSync(join(copy, 'kiosk', 'till'), { recursive: true });
    cpSync(join(ROOT, 'till'), join(copy, 'till'), { recursive: true });
    cpSync(join(ROOT, 'kiosk/till/pake.ts'), join(copy, 'kiosk/till/pake.ts'));
    for (const [index, code] of boxes('ts').entries()) {
      const path = join(copy, `box-${index}.ts`);
      writeFileSync(path, code);
      const ran = await run(process.execPath, [path]);
      expect(ran, ran.output).toMatchObject({ code: 0 });
    }
  });
  it('names every sale reference that it uses as the simulator knows it', async () => {
    const { TABLE } = await import('../kiosk/simulator/scripts.ts');
    const used = new Set([...TEXT.matchAll(/\bSIM-[A-Z-]+[A-Z]/g)].map(([name]) => name));
    expect([...used].filter((name) => !TABLE.some((row) => row.name === name))).toEqual([]);
  });
});
