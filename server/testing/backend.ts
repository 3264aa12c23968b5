import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawPlan } from '../../liveness/index.ts';
import type { Answer, Authority } from '../authorities/contract.ts';
import { type Backend, type BackendOptions, openBackend } from '../backend.ts';
import { REAL_WORLD } from '../clock.ts';
import type { AuthorityName, Verification } from '../contract/index.ts';
import { lazyModels } from '../models.ts';
import { LIVE, seeing } from './faces.ts';
import { TestKiosk } from './kiosk.ts';

export const ZHANG = '11010519491231002X';
export const LI = '440524188001010014';

/** An authority that gives one answer, after a while if told so. */
export function saying(name: AuthorityName, answer: Partial<Answer> = {}, afterMs = 0): Authority {
  const face = name === 'police' ? ({ face: 'match' } as const) : {};
  return {
    name,
    ask: async () => {
      if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
      return { outcome: 'match', code: `${name}-match`, ...face, ...answer };
    },
    ...(name === 'police' && { identify: async () => ({ outcome: 'match', code: 'police-match' }) }),
  };
}

export const ALL_MATCH: readonly Authority[] = [saying('bank'), saying('police'), saying('insurer')];

export type TestBackend = Backend & {
  readonly folder: string;
  readonly faults: unknown[];
  /** An enrolled kiosk. */
  kiosk(): Promise<TestKiosk>;
  /** Stops it and takes its folder away. */
  remove(): Promise<void>;
};

export type TestOptions = Partial<BackendOptions> & { readonly authorities?: readonly Authority[] };

/** A backend on a real database in a temporary folder, with two people in it. */
export async function startTestBackend({ authorities = ALL_MATCH, ...change }: TestOptions = {}): Promise<TestBackend> {
  const folder = change.data ?? mkdtempSync(join(tmpdir(), 'backend-'));
  const faults: unknown[] = [];
  const world = change.world ?? REAL_WORLD;
  const codes = Array.from({ length: 8 }, (_, i) => `CODE-${i}`);
  const backend = await openBackend({
    data: folder,
    ttlMs: 120_000,
    assistedMs: 60_000,
    attempts: 3,
    reopenMs: 60_000,
    appealMs: 86_400_000,
    purposes: { purchase: { required: ['bank', 'police', 'insurer'], assistance: ['gentle'] } },
    authorityLimitMs: 1000,
    codes,
    openAuthorities: () => authorities,
    models: lazyModels(async () => seeing()),
    world,
    drawPlan,
    judge: () => LIVE,
    access: () => undefined,
    fault: (error) => faults.push(error),
    ...change,
  });
  await addPeople(backend);
  let enrolled = 0;
  return {
    ...backend,
    folder,
    faults,
    kiosk: async () => {
      const kiosk = new TestKiosk((url, init) => backend.app.request(url, init), world.now);
      await kiosk.enrol(codes[enrolled++]!);
      return kiosk;
    },
    remove: async () => {
      await backend.stop(0);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Two people whom everybody in the tests and measurements asks for. */
export async function addPeople({ store, vault }: Pick<Backend, 'store' | 'vault'>): Promise<void> {
  for (const [idNumber, name] of [
    [ZHANG, '张小敏'],
    [LI, '李娜'],
  ] as const) {
    const id = vault.fingerprint('person', idNumber);
    const sealed = vault.seal(id, { idNumber, name, bankCard: '6222021234567894', phone: '13800000001' });
    await store.people.upsert({ id, sealed, updated_at: 0 });
  }
}

/** Waits until a verification has ended. */
export async function untilEnded(kiosk: TestKiosk, id: string, limitMs = 5000): Promise<Verification> {
  const late = Date.now() + limitMs;
  for (;;) {
    const verification = await kiosk.find(id);
    if (verification.result) return verification;
    if (Date.now() > late) throw new Error(`still ${verification.state} after ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
