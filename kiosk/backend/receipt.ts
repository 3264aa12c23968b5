import { isDeepStrictEqual } from 'node:util';
import type { JSONWebKeySet, JWK } from 'jose';
import type { Problem } from '../../server/contract/problem.ts';
import { readReceipt } from '../../server/contract/receipt.ts';
import type { Verification } from '../../server/contract/schemas.ts';

/** `unknown`: the backend's keys cannot be had now. */
export type ReceiptCheck = 'right' | 'wrong' | 'unknown';

type Keys = { readonly ok: true; readonly value: readonly JWK[] } | { readonly ok: false; readonly problem: Problem };

/**
 * Checks what the backend says against what it signed, before any till hears of it. Its keys are remembered; a
 * signature that fits none of them is looked at once more with the keys as they are now.
 */
export function createReceiptReader(fetchKeys: () => Promise<Keys>) {
  let known: JSONWebKeySet | undefined;

  const keys = async (): Promise<Keys> => {
    const answer = await fetchKeys();
    if (answer.ok) known = { keys: [...answer.value] };
    return answer;
  };
  const compare = async (verification: Verification, set: JSONWebKeySet): Promise<boolean> => {
    const read = await readReceipt(verification.result!.receipt, set);
    return read.ok && says(read.receipt, verification);
  };
  return {
    /** The backend's keys as they are now. */
    keys,
    /** @param verification one with a result. */
    async check(verification: Verification): Promise<ReceiptCheck> {
      if (known && (await compare(verification, known))) return 'right';
      if (!(await keys()).ok) return 'unknown';
      return (await compare(verification, known!)) ? 'right' : 'wrong';
    },
  };
}

type Said = Extract<Awaited<ReturnType<typeof readReceipt>>, { ok: true }>['receipt'];

/** The same outcome, of the same round of the same question, contested or not. */
function says(receipt: Said, { id, sale, till, channel, round, result, assistance, appeal }: Verification): boolean {
  return (
    receipt.verification === id &&
    receipt.sale === sale &&
    receipt.till === till &&
    receipt.channel === channel &&
    receipt.round === round &&
    receipt.outcome === result!.outcome &&
    receipt.reason === result!.reason &&
    isDeepStrictEqual(receipt.assistance, assistance) &&
    receipt.appeal?.by === appeal?.by &&
    receipt.appeal?.at === appeal?.at
  );
}
