import { z } from 'zod';
import type { SandboxPerson } from './people.ts';

/** The gateway's side of the envelope; lengths as published. */
const envelopeSchema = z.strictObject({
  infno: z.string().length(4),
  msgid: z.string().regex(/^[A-Z0-9]{12}\d{14}\d{4}$/),
  mdtrtarea_admvs: z.string().length(6),
  insuplc_admdvs: z.string().max(6),
  recer_sys_code: z.string().min(1).max(10),
  dev_no: z.string().max(100),
  dev_safe_info: z.string().max(2000),
  cainfo: z.string().max(1024),
  signtype: z.string().max(10),
  infver: z.literal('V1.0'),
  opter_type: z.enum(['1', '2', '3']),
  opter: z.string().min(1).max(30),
  opter_name: z.string().min(1).max(50),
  inf_time: z.string().regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/),
  fixmedins_code: z.string().length(12),
  fixmedins_name: z.string().min(1).max(20),
  sign_no: z.string().max(30),
  input: z.looseObject({ data: z.looseObject({}).default({}) }),
});

const INSURANCE_STATES = { active: '1', suspended: '2' } as const;

/** ASSUMED numbers and paths, except 1101 and 1901; the product has them in its configuration. */
const TRANSACTIONS = { '1101': personInfo, '1901': dictionary, F101: family } as const;

export type NhsaDeps = {
  readonly people: readonly SandboxPerson[];
  readonly fixmedinsCode: string;
  /** The sign_no that were given out. */
  readonly signedIn: Set<string>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** What the gateway answers to a message that is signed as it should be. */
export function answerNhsa(input: unknown, { people, fixmedinsCode, signedIn, now }: NhsaDeps): unknown {
  const refuse = (err_msg: string) => nhsaBody(now(), { infcode: -1, err_msg });
  const envelope = envelopeSchema.safeParse(input);
  if (!envelope.success) return refuse('报文格式错误');
  const { infno, msgid, fixmedins_code, sign_no, input: inner } = envelope.data;
  if (fixmedins_code !== fixmedinsCode || !msgid.startsWith(fixmedins_code)) return refuse('定点医药机构编号不存在');
  if (infno === '9001') {
    const given = `${fixmedins_code}${now()}`.slice(0, 30);
    signedIn.add(given);
    return nhsaBody(now(), { infcode: 0, err_msg: '', output: { signinoutb: { sign_time: now(), sign_no: given } } });
  }
  // Who does not use one is answered too: it is the institution's choice here.
  if (sign_no !== '' && !signedIn.has(sign_no)) return refuse('操作员未签到');
  if (!Object.hasOwn(TRANSACTIONS, infno)) return refuse('交易编号不支持');
  const output = TRANSACTIONS[infno as keyof typeof TRANSACTIONS](inner.data, people, now());
  return typeof output === 'string' ? refuse(output) : nhsaBody(now(), { infcode: 0, err_msg: '', output });
}

const certificateSchema = z.object({
  mdtrt_cert_type: z.enum(['01', '02', '03']),
  mdtrt_cert_no: z.string().min(1).max(50),
  card_sn: z.string().max(50),
});

/** Whom a message is about, whatever they show: e-credential, ID number or insurance card. */
export function personOf(input: unknown, people: readonly SandboxPerson[]): SandboxPerson | undefined {
  const data = (input as { input?: { data?: unknown } } | undefined)?.input?.data;
  const certificate = certificateSchema.safeParse(data);
  if (!certificate.success) return undefined;
  const { mdtrt_cert_type: type, mdtrt_cert_no: number, card_sn } = certificate.data;
  if (type === '01') return people.find(({ eCredential }) => eCredential === number);
  if (type === '02') return people.find(({ idNumber }) => idNumber === number);
  // A number that was typed in comes without the chip's.
  return people.find(({ insuranceNumber, cardSn }) => insuranceNumber === number && ['', cardSn].includes(card_sn));
}

export function nhsaBody(now: number, fields: Readonly<Record<string, unknown>>): unknown {
  const time = new Date(now + 8 * 3600_000).toISOString().replace(/\D/g, '');
  const stamp = time.slice(0, 17);
  return {
    inf_refmsgid: `110105${time.slice(0, 14)}${String(now % 10_000_000_000).padStart(10, '0')}`,
    refmsg_time: stamp,
    respond_time: stamp,
    ...fields,
  };
}

/** A refusal, in words, or the output. */
type Output = string | Readonly<Record<string, unknown>>;

function personInfo(data: unknown, people: readonly SandboxPerson[], now: number): Output {
  const person = personOf({ input: { data } }, people);
  if (person === undefined || person.unknown) return '未查询到人员信息';
  const insurance = person.insurance ?? 'active';
  const birthday = person.idNumber.slice(6, 14);
  return {
    baseinfo: {
      psn_no: `11010500${person.idNumber.slice(8, 17)}`,
      psn_cert_type: '01',
      certno: person.idNumber,
      psn_name: person.name,
      gend: Number(person.idNumber[16]) % 2 === 1 ? '1' : '2',
      naty: '01',
      brdy: birthday.replace(/(....)(..)(..)/, '$1-$2-$3'),
      age: new Date(now).getUTCFullYear() - Number(birthday.slice(0, 4)),
    },
    insuinfo: insurance === 'none' ? [] : [insuranceInfo(INSURANCE_STATES[insurance])],
    idetinfo: [],
  };
}

/** The other one in our own protocol: see server/authorities/people.ts. */
function family(data: unknown, people: readonly SandboxPerson[]): Output {
  const person = personOf({ input: { data } }, people);
  if (person === undefined || person.unknown) return '未查询到人员信息';
  const fmlyinfo = (person.family ?? []).flatMap(({ key, relation }) =>
    people
      .filter((one) => one.key === key)
      .map(({ idNumber, name }) => ({ certno: idNumber, psn_name: name, patn_rlts: relation })),
  );
  return { fmlyinfo };
}

/** Words for GB/T 4761's two-digit groups, as public code uses them. */
const RELATIONS: readonly (readonly [string, string, string])[] = [
  ['01', '本人', 'self'],
  ['10', '配偶', 'spouse'],
  ['20', '子', 'son'],
  ['30', '女', 'daughter'],
  ['40', '孙子、孙女或外孙子、外孙女', 'grandchild'],
  ['50', '父母', 'parent'],
  ['60', '祖父母或外祖父母', 'grandparent'],
  ['70', '兄弟姐妹', 'sibling'],
  ['99', '其他', 'other'],
];

function dictionary(data: unknown): Output {
  const type = (data as { type?: unknown }).type;
  if (type !== 'patn_rlts') return '字典类型不存在';
  const list = RELATIONS.map(([value, label, label_en]) => ({ type, value, label, label_en, vali_flag: '1' }));
  return { version: '2026.1', list };
}

function insuranceInfo(state: '1' | '2'): unknown {
  return {
    balc: 1200.5,
    insutype: '310',
    psn_type: '1101',
    psn_insu_stas: state,
    psn_insu_date: '2001-01-01',
    paus_insu_date: state === '2' ? '2024-01-01' : null,
    cvlserv_flag: '0',
    insuplc_admdvs: '110105',
    emp_name: 'Sandbox works',
  };
}
