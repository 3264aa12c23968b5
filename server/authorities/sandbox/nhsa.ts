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
  input: z.strictObject({
    data: z.looseObject({ mdtrt_cert_type: z.enum(['01', '02', '03']), mdtrt_cert_no: z.string().min(1).max(50) }),
  }),
});

const INSURANCE_STATES = { active: '1', suspended: '2' } as const;

/** @param now milliseconds */
export function answerNhsa(
  input: unknown,
  people: readonly SandboxPerson[],
  fixmedinsCode: string,
  now: number,
): unknown {
  const envelope = envelopeSchema.safeParse(input);
  if (!envelope.success) return nhsaBody(now, { infcode: -1, err_msg: '报文格式错误' });
  const { infno, msgid, fixmedins_code, input: inner } = envelope.data;
  if (fixmedins_code !== fixmedinsCode || !msgid.startsWith(fixmedins_code))
    return nhsaBody(now, { infcode: -1, err_msg: '定点医药机构编号不存在' });
  if (infno !== '1101') return nhsaBody(now, { infcode: -1, err_msg: '交易编号不支持' });
  if (inner.data.mdtrt_cert_type !== '02') return nhsaBody(now, { infcode: -1, err_msg: '凭证类型不支持' });
  const person = people.find(({ idNumber }) => idNumber === inner.data.mdtrt_cert_no);
  if (person === undefined) return nhsaBody(now, { infcode: -1, err_msg: '未查询到人员信息' });
  return nhsaBody(now, { infcode: 0, err_msg: '', output: personInfo(person, now) });
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

function personInfo(person: SandboxPerson, now: number): unknown {
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
