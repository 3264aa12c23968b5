import { z } from 'zod';
import type { Answer, Authority, Person } from './contract.ts';
import { defineAuthority } from './define.ts';
import { institutionOptions, responseSchema, wrap } from './envelope.ts';
import { type AdapterDeps, exchange } from './exchange.ts';
import { gatewayHeaders } from './gateway.ts';

const insurerOptionsSchema = z.strictObject({
  /** The gateway without the transaction's path. */
  url: z.url({ protocol: /^https?$/ }),
  timeoutMs: z.number().int().min(100).max(60_000).default(4000),
  paasid: z.string().min(1),
  /** Shared with the gateway, part of the signature. */
  token: z.string().default(''),
  ...institutionOptions,
  /** Paths vary by province. */
  paths: z
    .strictObject({ personInfo: z.string().startsWith('/').default('/fsi/api/fsiPsnInfoService/queryPsnInfo') })
    .prefault({}),
  /** ASSUMED from common use, not from a published dictionary: psn_insu_stas of an insurance that pays, or is paused. */
  activeStates: z.array(z.string()).min(1).default(['1']),
  suspendedStates: z.array(z.string()).default(['2']),
  /** ASSUMED: infcode -1 does not say why, so an unknown person is told by these words in err_msg. */
  notFoundMessages: z.array(z.string().min(2)).default(['未查询到', '人员信息不存在']),
});
type InsurerOptions = z.output<typeof insurerOptionsSchema>;

const PERSON_INFO = '1101';
const state = z.union([z.string(), z.number()]).transform(String);
const outputSchema = z.object({
  baseinfo: z.object({ certno: z.string(), psn_name: z.string() }),
  insuinfo: z.array(z.object({ psn_insu_stas: state })),
});

/** The insurer: is there such a person, and is their insurance active? Transaction 1101, by ID number. */
function openInsurer(options: InsurerOptions, deps: AdapterDeps): Authority {
  // Starts anywhere, so that two processes of one institution seldom meet in the same second.
  let sequence = Buffer.from(deps.random(2)).readUInt16BE() % 10_000;
  const url = options.url.replace(/\/+$/, '') + options.paths.personInfo;
  return {
    name: 'insurer',
    async ask({ person, signal }) {
      const now = deps.now();
      sequence = (sequence + 1) % 10_000;
      const body = JSON.stringify(wrap(options, { infno: PERSON_INFO, input: { data: query(person) }, now, sequence }));
      const nonce = Buffer.from(deps.random(8)).toString('hex');
      const headers = { 'content-type': 'application/json; charset=utf-8', ...gatewayHeaders(options, now, nonce) };
      const reply = await exchange(deps, { url, headers, body, timeoutMs: options.timeoutMs, signal });
      if ('fault' in reply) return { outcome: 'unavailable', code: `insurer-${reply.fault}` };
      return judge(reply.json, person, options);
    },
  };
}

/** mdtrt_cert_type 02 and psn_cert_type 01: by ID number. */
function query({ idNumber, name }: Person): Record<string, string> {
  return {
    mdtrt_cert_type: '02',
    mdtrt_cert_no: idNumber,
    card_sn: '',
    begntime: '',
    psn_cert_type: '01',
    certno: idNumber,
    psn_name: name,
  };
}

function judge(json: unknown, person: Person, options: InsurerOptions): Answer {
  const response = responseSchema.safeParse(json);
  if (!response.success) return { outcome: 'unavailable', code: 'insurer-malformed' };
  if (response.data.infcode !== '0') return refusal(response.data.err_msg ?? '', options);
  const output = outputSchema.safeParse(response.data.output);
  if (!output.success) return { outcome: 'unavailable', code: 'insurer-malformed' };
  const { baseinfo, insuinfo } = output.data;
  const same = baseinfo.certno.toUpperCase() === person.idNumber && sameName(baseinfo.psn_name, person.name);
  if (!same) return { outcome: 'mismatch', code: 'insurer-mismatch' };
  const states = insuinfo.map((insurance) => insurance.psn_insu_stas);
  if (states.length === 0) return { outcome: 'not-found', code: 'insurer-no-insurance' };
  if (states.some((one) => options.activeStates.includes(one))) return { outcome: 'match', code: 'insurer-match' };
  const suspended = states.some((one) => options.suspendedStates.includes(one));
  return { outcome: 'mismatch', code: suspended ? 'insurer-suspended' : 'insurer-inactive' };
}

/** Never hands err_msg on: gateways repeat names and numbers in it. */
function refusal(message: string, options: InsurerOptions): Answer {
  const unknown = options.notFoundMessages.some((words) => message.includes(words));
  return unknown
    ? { outcome: 'not-found', code: 'insurer-not-found' }
    : { outcome: 'unavailable', code: 'insurer-refused' };
}

/** Systems write the middle dot of transliterated names (买买提·艾力) in several ways. */
function sameName(a: string, b: string): boolean {
  const plain = (name: string) =>
    name
      .normalize('NFC')
      .replace(/[•‧・∙]/g, '·')
      .replace(/\s/g, '');
  return plain(a) === plain(b) && plain(a) !== '';
}

export const insurer = defineAuthority({ options: insurerOptionsSchema, open: openInsurer });
