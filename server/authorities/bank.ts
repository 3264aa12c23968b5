import { z } from 'zod';
import type { Answer, Authority, Person } from './contract.ts';
import { defineAuthority } from './define.ts';
import type { AdapterDeps } from './exchange.ts';
import { callTencent, errorSlug, tencentOptions } from './tencent.ts';

const bankOptionsSchema = z.strictObject(tencentOptions);
type BankOptions = z.output<typeof bankOptionsSchema>;

const resultSchema = z.object({ Result: z.string(), Description: z.string() });

/**
 * Result codes of BankCard4EVerification. A lost or expired card is its holder's, but no proof that they are here:
 * a mismatch. Every code that is not in this table is `unavailable`.
 */
const RESULTS: Readonly<Record<string, Answer>> = {
  '0': { outcome: 'match', code: 'bank-match' },
  '-1': { outcome: 'mismatch', code: 'bank-mismatch' },
  '-9': { outcome: 'not-found', code: 'bank-card-invalid' },
  '-13': { outcome: 'mismatch', code: 'bank-card-lost' },
  '-14': { outcome: 'mismatch', code: 'bank-card-expired' },
  '-18': { outcome: 'unavailable', code: 'bank-busy' },
  '-19': { outcome: 'locked', code: 'bank-over-limit' },
};

/** The bank: do name, card, phone and ID number belong together? */
function openBank(options: BankOptions, deps: AdapterDeps): Authority {
  return {
    name: 'bank',
    async ask({ person, signal }) {
      const payload = fourElements(person);
      if (payload === undefined) return { outcome: 'not-found', code: 'bank-no-card' };
      const reply = await callTencent(deps, options, { action: 'BankCard4EVerification', payload, signal });
      if ('fault' in reply) return { outcome: 'unavailable', code: `bank-${reply.fault}` };
      if ('error' in reply) return { outcome: 'unavailable', code: `bank-${errorSlug(reply.error)}` };
      const result = resultSchema.safeParse(reply.response);
      if (!result.success) return { outcome: 'unavailable', code: 'bank-malformed' };
      const known = Object.hasOwn(RESULTS, result.data.Result) ? RESULTS[result.data.Result] : undefined;
      return known ?? { outcome: 'unavailable', code: 'bank-unexpected-result' };
    },
  };
}

function fourElements({ name, bankCard, phone, idNumber }: Person): Record<string, unknown> | undefined {
  if (!bankCard || !phone) return undefined;
  // CertType 0: the ID card, the only one the service takes.
  return { Name: name, BankCard: bankCard, Phone: phone, IdCard: idNumber, CertType: 0 };
}

export const bank = defineAuthority({ options: bankOptionsSchema, open: openBank });
