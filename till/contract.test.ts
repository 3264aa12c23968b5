import { describe, expect, expectTypeOf, it } from 'vitest';
import type { TillEvent, TillView } from '../kiosk/contract.ts';
import type { TillRequest } from '../kiosk/desk/desk.ts';
import { tillRequestSchema } from '../kiosk/till/request.ts';
import type { People as KioskPeople } from '../server/contract/people.ts';
import type { Receipt as SignedReceipt } from '../server/contract/receipt.ts';
import { RECEIPT_ISSUER, RECEIPT_TYPE } from '../server/contract/receipt.ts';
import type { News, People, Question, View } from './contract.ts';
import { checkReceipt, type Receipt } from './receipt.ts';

describe('what the client says of the interface, which a till developer may copy without the rest', () => {
  it('is what the kiosk says', () => {
    expectTypeOf<TillView>().toExtend<View>();
    expectTypeOf<TillEvent>().toExtend<News>();
    expectTypeOf<KioskPeople>().toExtend<People>();
    expectTypeOf<SignedReceipt>().toExtend<Receipt>();
    expectTypeOf<TillRequest['channel']>().toExtend<Question['channel']>();
  });
  it.each<Question>([
    { sale: 'S', cardholder: { idNumber: '11010519491231002X' } },
    { sale: 'S', cardholder: { insuranceNumber: 'A1234567' }, amount: 1, purpose: 'purchase', channel: 'kiosk' },
    { sale: 'S', cardholder: { credentialToken: 'token-12' }, subject: { who: 'relative', person: 'p' } },
    { sale: 'S', cardholder: { idNumber: '11010519491231002X' }, assistance: { kind: 'gentle' } },
    {
      sale: 'S',
      cardholder: { idNumber: '11010519491231002X' },
      assistance: { kind: 'attested', by: '1023', present: true },
    },
    {
      sale: 'S',
      cardholder: { idNumber: '11010519491231002X' },
      subject: { who: 'by-hand', name: '王小明', idNumber: '440524188001010014', relation: '1' },
    },
    {
      sale: 'S',
      cardholder: { idNumber: '11010519491231002X' },
      subject: {
        who: 'cardholder',
        guardian: { name: '王小明', idNumber: '440524188001010014', relation: '1', consent: true },
      },
    },
  ])('asks what the kiosk takes: %j', (question) => {
    expect(tillRequestSchema.safeParse(question).success).toBe(true);
  });
  it('knows a receipt by the names that the backend uses', async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const jws = `${part({ alg: 'EdDSA', typ: RECEIPT_TYPE, kid: 'k' })}.${part({ iss: RECEIPT_ISSUER })}.AAAA`;
    const checked = await checkReceipt(jws, { keys: [] }, { sale: 'S' });
    expect(checked).toMatchObject({ problem: { code: 'receipt-signature-wrong' } });
  });
});
