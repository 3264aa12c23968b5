import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REASONS } from '../../server/contract/reasons.ts';
import { readReceipt } from '../../server/contract/receipt.ts';
import { parseArguments } from './arguments.ts';
import { describePage, describeTable } from './page.ts';
import { authoritiesOf, scriptOf, TABLE, VERIFIED } from './scripts.ts';
import { startTestSimulator } from './testing.ts';

describe('the table of sale references', () => {
  it('has each name once, and every reason that an outcome may have', () => {
    const names = TABLE.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const reasons = new Set(TABLE.map(({ script }) => script.reason));
    expect(REASONS.filter((reason) => !reasons.has(reason))).toEqual(['cancelled']);
  });
  it('is found in capitals or not, with anything behind a point', () => {
    expect(scriptOf('sim-expired.17')).toBe(scriptOf('SIM-EXPIRED'));
    expect(scriptOf('SALE-1')).toBe(VERIFIED);
    expect(scriptOf('SIM-EXPIRE')).toBe(VERIFIED);
  });
  it('is shown whole, in the terminal and as a page', () => {
    for (const { name } of TABLE)
      expect([describeTable().includes(name), describePage().body.includes(name)]).toEqual([true, true]);
  });
  it('lets the authority that the reason names say so, and no other', () => {
    expect(authoritiesOf(scriptOf('SIM-INSURER-SUSPENDED'))).toEqual({
      bank: 'match',
      police: 'match',
      insurer: 'mismatch',
    });
    expect(authoritiesOf(scriptOf('SIM-BANK-NOT-FOUND')).bank).toBe('not-found');
    expect(authoritiesOf(scriptOf('SIM-LIVENESS-TWO-FACES')).police).toBe('not-asked');
  });
});

describe('the simulator', () => {
  it('shows its page and keys to anybody, and answers nobody without a key', async () => {
    const simulator = await startTestSimulator();
    expect(await (await fetch(`${simulator.url}/simulator`)).text()).toContain('SIM-EXPIRED');
    expect(await (await fetch(`${simulator.url}/simulator/jwks.json`)).json()).toEqual(simulator.jwks);
    expect((await fetch(`${simulator.url}/v1/verifications?sale=S`)).status).toBe(401);
    await simulator.remove();
  });
  it('shows the same certificate and keys after a restart', async () => {
    const data = mkdtempSync(join(tmpdir(), 'simulator-'));
    const first = await startTestSimulator({ data, tls: true });
    await first.close();
    const second = await startTestSimulator({ data, tls: true });
    expect([second.pin, second.jwks]).toEqual([first.pin, first.jwks]);
    await second.remove();
  });
  it('signs nothing that a backend’s reader takes', async () => {
    const simulator = await startTestSimulator();
    const { createReceipts, saidOf } = await import('./receipts.ts');
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const receipts = createReceipts(privateKey, publicKey.export({ format: 'jwk' }));
    const person = { name: '李*', idNumber: '1' };
    const asked = {
      id: 'v',
      state: 'verified',
      till: 't',
      sale: 's',
      channel: 'kiosk',
      purpose: 'p',
      cardholder: person,
      subject: { ...person, who: 'cardholder' },
      round: 1,
      rounds: 1,
      createdAt: new Date(0).toISOString(),
      expiresAt: new Date(0).toISOString(),
      answered: [],
    } as const;
    const jws = receipts.sign(
      saidOf(
        { ...asked, answered: [] },
        { outcome: 'verified', reason: 'matched', authorities: authoritiesOf(VERIFIED) },
        0,
      ),
      false,
    );
    expect(await readReceipt(jws, receipts.jwks as never)).toMatchObject({ ok: false, code: 'receipt-malformed' });
    await simulator.remove();
  });
  it.each([
    [['--port', 'x'], /--port/],
    [['--fast', '0'], /--fast/],
    [['--lifetime', '0'], /--lifetime/],
    [['--colour'], /--colour/],
  ])('takes no %j', (words, why) => {
    expect(parseArguments(words)).toEqual({ kind: 'wrong', message: expect.stringMatching(why) });
  });
});
