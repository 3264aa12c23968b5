import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelError } from '../../models/contract.ts';
import { PERSON, startTestBackend, type TestBackend } from '../testing/backend.ts';
import { createCounter, REQUEST, until } from '../testing/counter.ts';

let backend: TestBackend;
const open: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  backend = await startTestBackend();
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await backend.shut();
});

function counter(options?: Parameters<typeof createCounter>[1]) {
  const made = createCounter(backend.url, options);
  open.push(made);
  return made;
}
type Counter = ReturnType<typeof counter>;

async function ask(at: Counter, key = 'k1', till = 'local') {
  const asked = await at.desk.ask(till, key, REQUEST);
  if (!asked.ok) throw new Error(asked.problem.code);
  return asked.view;
}
async function consent(at: Counter, id: string, given = true) {
  await until(() => at.consent.answer(id, given));
}
const outcome = async (at: Counter, id: string, till = 'local') => {
  await until(() => at.desk.find(till, id)?.outcome);
  return at.desk.find(till, id)!;
};
const steps = (at: Counter, id: string) =>
  at.desk.events(id, 0).flatMap((one) => (one.event === 'step' ? [one.data.step] : []));

describe('a verification', () => {
  it('looks at no frame before consent, and at none after a refusal', async () => {
    const at = counter();
    const { verification } = await ask(at);
    await until(() => at.camera.state.frames > 5);
    expect([at.eyes.state.looked, at.preview.isOpen()]).toEqual([0, false]);
    await consent(at, verification, false);
    expect(await outcome(at, verification)).toMatchObject({
      outcome: 'cancelled',
      reason: 'consent-refused',
      receipt: backend.receiptOf(verification),
    });
    expect(at.eyes.state.looked).toBe(0);
    expect(backend.seen.cancels).toEqual([{ by: 'subject', reason: 'consent-refused' }]);
  });

  it('hands over sealed evidence and learns the backend’s outcome, with the authorities as they answer', async () => {
    const at = counter();
    const { verification } = await ask(at);
    await consent(at, verification);
    await until(() => at.eyes.state.looked > 3);
    expect(at.preview.isOpen()).toBe(true);
    await endSession(at);
    const view = await outcome(at, verification);
    expect(view).toMatchObject({ outcome: 'verified', reason: 'matched', plan: ['turn-left'], state: 'verified' });
    expect(steps(at, verification).slice(0, 4)).toEqual(['asked', 'consent', 'look', 'matching']);
    const [jwe] = backend.seen.evidence;
    expect(jwe!.split('.')).toHaveLength(5);
    expect(backend.seen.signed.every(Boolean)).toBe(true);
    await until(() => at.camera.state.running === 0);
    expect(at.preview.isOpen()).toBe(false);
  });

  it('sends the evidence again when the backend did not get it', async () => {
    backend.knobs.evidenceFails = 2;
    const at = counter();
    const { verification } = await ask(at);
    await consent(at, verification);
    await until(() => at.eyes.state.looked > 0);
    await endSession(at);
    expect(await outcome(at, verification)).toMatchObject({ outcome: 'verified' });
    expect(backend.seen.evidence).toHaveLength(3);
  });

  it('learns the outcome by asking when there is no event stream', async () => {
    backend.knobs.dropStreams = true;
    const at = counter();
    const { verification } = await ask(at);
    await consent(at, verification);
    await until(() => at.eyes.state.looked > 0);
    await endSession(at);
    expect(await outcome(at, verification)).toMatchObject({ outcome: 'verified' });
  });

  it.each(['before consent', 'while capturing'])(
    'ends %s when the till cancels, with every timer and the camera',
    async (when) => {
      const at = counter();
      const { verification } = await ask(at);
      if (when === 'while capturing') {
        await consent(at, verification);
        await until(() => at.eyes.state.looked > 2);
      }
      const view = await at.desk.cancel('local', verification);
      expect(view).toMatchObject({
        outcome: 'cancelled',
        reason: 'cancelled',
        receipt: backend.receiptOf(verification),
      });
      await until(() => at.camera.state.running === 0);
      expect([at.desk.isBusy(), at.preview.isOpen()]).toEqual([false, false]);
      expect(at.states.at(-1)).toMatchObject({ kind: 'result', reason: 'cancelled' });
    },
  );

  it('that the till cancels too late keeps its outcome', async () => {
    backend.knobs.decide = false;
    const at = counter();
    const { verification } = await ask(at);
    await consent(at, verification);
    await until(() => at.eyes.state.looked > 0);
    await endSession(at);
    await until(() => at.desk.find('local', verification)?.state === 'matching');
    backend.end(verification, 'verified', 'matched');
    expect(await at.desk.cancel('local', verification)).toMatchObject({ outcome: 'verified' });
  });

  it('ends as camera-missing when the camera is pulled out during the capture', async () => {
    const at = counter();
    const { verification } = await ask(at);
    await consent(at, verification);
    await until(() => at.eyes.state.looked > 0);
    at.camera.plug(false);
    expect(await outcome(at, verification)).toMatchObject({ reason: 'camera-missing' });
    expect(backend.seen.cancels).toEqual([{ by: 'kiosk', reason: 'camera-missing' }]);
    const again = await at.desk.ask('local', 'k2', REQUEST);
    expect(again).toMatchObject({ ok: false, problem: { code: 'camera-missing', status: 503 } });
    expect(backend.seen.creates).toBe(1);
    at.camera.plug(true);
    await until(() => at.eye.status().kind === 'ready');
    await until(() => at.camera.state.running === 0);
    expect((await at.desk.ask('local', 'k2', REQUEST)).ok).toBe(true);
  });

  it('ends as a fault of the kiosk when a model fails, never as a pass', async () => {
    const at = counter();
    at.eyes.state.fail = new ModelError('model-failed', 'no memory');
    const { verification } = await ask(at);
    await consent(at, verification);
    expect(await outcome(at, verification)).toMatchObject({ outcome: 'cancelled', reason: 'kiosk-fault' });
    expect(backend.seen.evidence).toEqual([]);
  });

  it('goes on after a frame that cannot be decoded', async () => {
    const at = counter();
    at.eyes.state.fail = new ModelError('picture-unreadable', 'half a JPEG');
    const { verification } = await ask(at);
    await consent(at, verification);
    await until(() => at.eyes.state.looked > 3);
    expect(at.desk.find('local', verification)?.outcome).toBeUndefined();
  });

  it('expires by its deadline while the person says nothing', async () => {
    backend.knobs.lifetimeMs = 200;
    const at = counter();
    const { verification } = await ask(at);
    setTimeout(() => backend.end(verification, 'expired', 'expired'), 250);
    expect(await outcome(at, verification)).toMatchObject({
      outcome: 'expired',
      receipt: backend.receiptOf(verification),
    });
  });

  it('expires by itself when the backend is gone, and learns the receipt when it is back', async () => {
    backend.knobs.lifetimeMs = 200;
    const at = counter({ graceMs: 200 });
    const { verification } = await ask(at);
    await backend.shut();
    const alone = await outcome(at, verification);
    expect(alone).toMatchObject({ outcome: 'expired' });
    expect(alone.receipt).toBeUndefined();
    backend.end(verification, 'expired', 'expired');
    await backend.open();
    await at.desk.recover();
    expect(at.desk.find('local', verification)).toMatchObject({
      outcome: 'expired',
      receipt: backend.receiptOf(verification),
    });
  });
});

describe('the desk', () => {
  it('answers the same key with the same verification, and another request under it with a conflict', async () => {
    const at = counter();
    const [first, second] = await Promise.all([
      at.desk.ask('local', 'k1', REQUEST),
      at.desk.ask('local', 'k1', REQUEST),
    ]);
    expect(first).toMatchObject({ ok: true, fresh: true });
    expect(second).toMatchObject({ ok: true, fresh: false, view: { verification: 'v1' } });
    expect(await at.desk.ask('local', 'k1', { ...REQUEST, sale: 'S-2' })).toMatchObject({
      problem: { code: 'idempotency-conflict' },
    });
    expect(await at.desk.ask('local', 'k2', REQUEST)).toMatchObject({ problem: { code: 'kiosk-busy', status: 409 } });
    expect(backend.seen.creates).toBe(1);
  });

  it('passes on that nobody is known, and lets the key be used again', async () => {
    backend.knobs.unknown = true;
    const at = counter();
    expect(await at.desk.ask('local', 'k1', REQUEST)).toMatchObject({
      problem: { code: 'person-unknown', status: 404 },
    });
    backend.knobs.unknown = false;
    expect(await at.desk.ask('local', 'k1', { ...REQUEST, sale: 'S-2' })).toMatchObject({ ok: true });
  });

  it('says that the backend cannot be reached, and asks for the same verification later', async () => {
    const at = counter();
    await backend.shut();
    expect(await at.desk.ask('local', 'k1', REQUEST)).toMatchObject({
      problem: { code: 'backend-unreachable', status: 503 },
    });
    expect(at.desk.isBusy()).toBe(false);
    await backend.open();
    expect(await at.desk.ask('local', 'k1', REQUEST)).toMatchObject({ ok: true, view: { verification: 'v1' } });
  });

  it('does not show one till what another asked', async () => {
    const at = counter();
    const { verification } = await ask(at, 'k1', 'till-a');
    expect(at.desk.find('till-b', verification)).toBeUndefined();
    expect(await at.desk.cancel('till-b', verification)).toBeUndefined();
    expect(at.desk.find('till-a', verification)?.outcome).toBeUndefined();
  });

  it('remembers keys and learns outcomes after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kiosk-desk-'));
    try {
      const before = createCounter(backend.url, { folder, graceMs: 200 });
      const { verification } = await ask(before);
      await backend.shut();
      await before.close();
      await backend.open();
      const after = createCounter(backend.url, { folder });
      await after.desk.recover();
      expect(await after.desk.ask('local', 'k1', REQUEST)).toMatchObject({
        ok: true,
        fresh: false,
        view: { verification, outcome: 'cancelled', reason: 'kiosk-fault' },
      });
      expect(after.desk.find('local', verification)?.receipt).toBe(backend.receiptOf(verification));
      await after.close();
      const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
      expect(bytes.join('')).toContain(verification);
      expect(bytes.join('')).not.toContain(PERSON);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Nobody is seen, so the session ends when its pictures go backwards in time. */
async function endSession(at: Counter): Promise<void> {
  at.eyes.state.rewind = true;
  await until(() => !at.preview.isOpen());
}
