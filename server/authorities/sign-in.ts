import { z } from 'zod';
import type { Fault } from './exchange.ts';
import type { Transacted, Transaction } from './transaction.ts';

/** Transaction 9001: the operator signs in, and gets the sign_no that stands in every other request. */
const SIGN_IN = '9001';

/** ASSUMED: names of the fields, and the words of a gateway that wants a sign_no; both are common, neither is published. */
export const signInOptions = z.strictObject({
  path: z.string().startsWith('/').default('/fsi/api/signInSignOutService/signIn'),
  mac: z.string().max(20).default(''),
  ip: z.string().max(50).default(''),
  /** How long a number is used, milliseconds. */
  keepMs: z
    .number()
    .int()
    .min(1000)
    .default(8 * 3600_000),
  /** Said in err_msg of a number that counts no more: then one is asked for anew, and the question repeated. */
  signedOutMessages: z.array(z.string().min(2)).default(['未签到', '签到已失效']),
});
export type SignInOptions = z.output<typeof signInOptions>;

const outputSchema = z.object({ signinoutb: z.object({ sign_no: z.string().min(1).max(30) }) });

export type SignIn = {
  /** The number to be used now. */
  number(): Promise<{ readonly signNo: string } | Fault>;
  /** Whether a refusal means that this number counts no more; it is not used again then. */
  isOver(signNo: string, refused: string): boolean;
};

/** Of an institution that signs in by other means, and has its number in the configuration. */
export const fixedSignIn = (signNo: string): SignIn => ({
  number: async () => ({ signNo }),
  isOver: () => false,
});

/** @param send a transaction without a sign_no */
export function openSignIn(
  options: SignInOptions,
  opter: string,
  send: <T>(transaction: Transaction<T>) => Promise<Transacted<T>>,
  now: () => number,
): SignIn {
  const { path, mac, ip, keepMs, signedOutMessages } = options;
  let kept: { readonly signNo: string; readonly until: number } | undefined;
  let asking: Promise<{ readonly signNo: string } | Fault> | undefined;

  async function ask(): Promise<{ readonly signNo: string } | Fault> {
    // Whoever asked first may go away; the others still wait for the number. The line has its time limit.
    const { signal } = new AbortController();
    const input = { signIn: { opter_no: opter, mac, ip } };
    const reply = await send({ infno: SIGN_IN, path, input, output: outputSchema, signal });
    if ('fault' in reply) return reply;
    if ('refused' in reply) return { fault: 'sign-in-refused', unsent: true };
    const { sign_no: signNo } = reply.output.signinoutb;
    kept = { signNo, until: now() + keepMs };
    return { signNo };
  }

  return {
    async number() {
      if (kept && now() < kept.until) return { signNo: kept.signNo };
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    isOver(signNo, refused) {
      if (!signedOutMessages.some((words) => refused.includes(words))) return false;
      if (kept?.signNo === signNo) kept = undefined;
      return true;
    },
  };
}
