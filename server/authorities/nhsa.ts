import { z } from 'zod';
import { institutionOptions, responseSchema, wrap } from './envelope.ts';
import type { Fault } from './exchange.ts';
import { gatewayHeaders } from './gateway.ts';
import { type Line, lineOptions } from './line/line.ts';
import { fixedSignIn, openSignIn, signInOptions } from './sign-in.ts';
import { createSmCodec, type SmCodec, smOptions } from './sm/codec.ts';
import type { Gateway, Transacted, Transaction } from './transaction.ts';

/** What a call of the insurers' gateway needs, whatever the transaction. */
export const gatewayOptions = {
  /** `url` is the gateway without the transaction's path. */
  ...lineOptions,
  paasid: z.string().min(1),
  /** Shared with the gateway, part of the signature. */
  token: z.string().default(''),
  ...institutionOptions,
  /** `sm`: requests and answers are encrypted with SM4 and signed with SM2; plain answers are then refused. */
  envelope: z.enum(['plain', 'sm']).default('plain'),
  sm: smOptions.optional(),
  /** Signs in by itself (9001). Without it, signNo stands in every request as it is. */
  signIn: signInOptions.optional(),
} as const;
const optionsSchema = z.strictObject(gatewayOptions);
export type GatewayOptions = z.output<typeof optionsSchema>;

type GatewayDeps = { readonly now: () => number; readonly random: (bytes: number) => Uint8Array };

export function openGateway(options: GatewayOptions, line: Line, deps: GatewayDeps): Gateway {
  // Starts anywhere, so that two processes of one institution seldom meet in the same second.
  let sequence = Buffer.from(deps.random(2)).readUInt16BE() % 10_000;
  const base = options.url.replace(/\/+$/, '');
  const codec = options.envelope === 'sm' && options.sm ? createSmCodec(options.sm, deps.now) : undefined;
  async function send<T>({ infno, path, input, output, signal }: Transaction<T>, signNo = ''): Promise<Transacted<T>> {
    const make = () => {
      const now = deps.now();
      sequence = (sequence + 1) % 10_000;
      const message = wrap({ ...options, signNo }, { infno, input, now, sequence });
      const nonce = Buffer.from(deps.random(8)).toString('hex');
      const headers = { 'content-type': 'application/json; charset=utf-8', ...gatewayHeaders(options, now, nonce) };
      return { url: base + path, headers, body: JSON.stringify(codec ? codec.seal(message) : message) };
    };
    const heard = await line.call({ make, read: (json) => read(json, output, codec), signal });
    return 'fault' in heard ? heard : heard.value;
  }

  const { signIn: inOptions, signNo, opter } = options;
  const signIn = inOptions ? openSignIn(inOptions, opter, send, deps.now) : fixedSignIn(signNo);
  return async (transaction) => {
    for (let again = true; ; again = false) {
      const signed = await signIn.number();
      if ('fault' in signed) return signed;
      const reply = await send(transaction, signed.signNo);
      if (!('refused' in reply) || !signIn.isOver(signed.signNo, reply.refused) || !again) return reply;
    }
  };
}

function read<T>(
  json: unknown,
  output: z.ZodType<T>,
  codec: SmCodec | undefined,
): { readonly value: Exclude<Transacted<T>, Fault> } | Fault {
  const opened = codec ? codec.open(json) : { json };
  if ('fault' in opened) return opened;
  const response = responseSchema.safeParse(opened.json);
  if (!response.success) return { fault: 'malformed' };
  if (response.data.infcode !== '0') return { value: { refused: response.data.err_msg ?? '' } };
  const parsed = output.safeParse(response.data.output);
  return parsed.success ? { value: { output: parsed.data } } : { fault: 'malformed' };
}
