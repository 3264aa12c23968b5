import { z } from 'zod';

/** Who is asking, as the two-sided (两定) gateway wants it. Values come from the institution's contract. */
export const institutionOptions = {
  /** 12 characters; the head of every msgid. */
  fixmedinsCode: z.string().regex(/^[A-Z0-9]{12}$/, 'the institution code has 12 capital letters or digits'),
  fixmedinsName: z.string().min(1).max(20),
  /** 6 digits. (The wire's own spelling is `mdtrtarea_admvs`.) */
  mdtrtareaAdmvs: z.string().regex(/^\d{6}$/),
  /** Where the person is insured, 6 digits; the gateway asks for it once a psn_no is sent. */
  insuplcAdmdvs: z.string().max(6).default(''),
  recerSysCode: z.string().min(1).max(10),
  devNo: z.string().max(100).default(''),
  devSafeInfo: z.string().max(2000).default(''),
  cainfo: z.string().max(1024).default(''),
  signtype: z.string().max(10).default(''),
  /** 1 clerk, 2 self-service terminal, 3 mobile. A kiosk is 2. */
  opterType: z.enum(['1', '2', '3']).default('2'),
  opter: z.string().min(1).max(30),
  opterName: z.string().min(1).max(50),
  /** From transaction 9001. */
  signNo: z.string().max(30).default(''),
} as const;
const institutionSchema = z.object(institutionOptions);
export type Institution = z.output<typeof institutionSchema>;

/** The gateway's clock is China's, which has no summer time. */
function chinaTime(now: number): string {
  return new Date(now + 8 * 3600_000).toISOString();
}

/** yyyyMMddHHmmss. */
export const compactTime = (now: number): string => chinaTime(now).replace(/\D/g, '').slice(0, 14);
/** yyyy-MM-dd HH:mm:ss, 19 characters. */
export const spacedTime = (now: number): string => chinaTime(now).slice(0, 19).replace('T', ' ');

/** fixmedins_code 12 + yyyyMMddHHmmss + sequence 4 = 30 characters. `sequence` is taken modulo 10 000. */
export function messageId(fixmedinsCode: string, now: number, sequence: number): string {
  return `${fixmedinsCode}${compactTime(now)}${String(sequence % 10_000).padStart(4, '0')}`;
}

/** One transaction's request. All times are of `now`, milliseconds since 1970. */
export function wrap(
  institution: Institution,
  call: { readonly infno: string; readonly input: unknown; readonly now: number; readonly sequence: number },
): Record<string, unknown> {
  return {
    infno: call.infno,
    msgid: messageId(institution.fixmedinsCode, call.now, call.sequence),
    mdtrtarea_admvs: institution.mdtrtareaAdmvs,
    insuplc_admdvs: institution.insuplcAdmdvs,
    recer_sys_code: institution.recerSysCode,
    dev_no: institution.devNo,
    dev_safe_info: institution.devSafeInfo,
    cainfo: institution.cainfo,
    signtype: institution.signtype,
    infver: 'V1.0',
    opter_type: institution.opterType,
    opter: institution.opter,
    opter_name: institution.opterName,
    inf_time: spacedTime(call.now),
    fixmedins_code: institution.fixmedinsCode,
    fixmedins_name: institution.fixmedinsName,
    sign_no: institution.signNo,
    input: call.input,
  };
}

/** Gateways differ in writing infcode as a number or as a string; nothing else than 0 is success. */
export const responseSchema = z.object({
  infcode: z.union([z.string().max(10), z.number()]).transform(String),
  err_msg: z.string().max(2000).nullish(),
  output: z.unknown().optional(),
});
