import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SandboxPerson } from './people.ts';
import type { CompareFaces, Similarity } from './similarity.ts';

/** Fields of `Response` besides RequestId: a result, or the provider's error. */
export type TencentResult = Readonly<Record<string, unknown>>;

const text = z.string().min(1);
const bankSchema = z.strictObject({
  Name: text,
  BankCard: text,
  Phone: text,
  IdCard: text,
  CertType: z.literal(0).default(0),
});
const policeSchema = z.strictObject({
  Name: text,
  IdCard: text,
  ImageBase64: z
    .base64()
    .min(1)
    .max(3 * 1024 * 1024),
});

const identitySchema = z.strictObject({ Name: text, IdCard: text });

export const tencentBody = (result: TencentResult): unknown => ({ Response: { ...result, RequestId: randomUUID() } });
export const tencentError = (code: string): TencentResult => ({ Error: { Code: code, Message: code } });

const BANK_WORDS: Readonly<Record<string, string>> = {
  '0': '认证通过',
  '-1': '认证未通过',
  '-9': '无效卡号',
  '-13': '此卡已挂失',
  '-14': '该卡已过期',
  '-18': '验证中心服务繁忙',
  '-19': '验证次数超限',
};

const IDENTITY_WORDS: Readonly<Record<string, string>> = {
  '0': '认证通过',
  '-1': '姓名和身份证号不一致',
  '-5': '证件库中无此身份证记录',
  '-7': '认证次数超过当日限制',
};

/** BankCard4EVerification. */
export function answerBank(input: unknown, people: readonly SandboxPerson[]): TencentResult {
  const query = bankSchema.safeParse(input);
  if (!query.success) return tencentError('InvalidParameter');
  const { Name, BankCard, Phone, IdCard } = query.data;
  const holder = people.find((person) => person.bankCard === BankCard && !person.unknown);
  const same = holder?.name === Name && holder.phone === Phone && holder.idNumber === IdCard;
  // A bank asked with a card that nobody has says that the card is invalid, whoever asks.
  const code = holder === undefined ? '-9' : same ? (holder.bankResult ?? '0') : '-1';
  return { Result: code, Description: BANK_WORDS[code] };
}

/** ImageRecognitionV2. */
export async function answerPolice(
  input: unknown,
  people: readonly SandboxPerson[],
  compare: CompareFaces,
): Promise<TencentResult> {
  const query = policeSchema.safeParse(input);
  if (!query.success) return tencentError('InvalidParameter');
  const person = people.find(({ idNumber, unknown }) => idNumber === query.data.IdCard && !unknown);
  if (person === undefined) return tencentError('FailedOperation.IdNoExistSystem');
  if (person.policeLocked) return tencentError('FailedOperation.IdentityAuthLimitExceeded');
  if (person.name !== query.data.Name) return tencentError('FailedOperation.IdNameMisMatch');
  const still = Buffer.from(query.data.ImageBase64, 'base64');
  return fromSimilarity(await compare(still, person.registeredPortrait ?? person.portrait));
}

/** IdCardVerification: name and ID number alone. */
export function answerIdentity(input: unknown, people: readonly SandboxPerson[]): TencentResult {
  const query = identitySchema.safeParse(input);
  if (!query.success) return tencentError('InvalidParameter');
  const person = people.find(({ idNumber, unknown }) => idNumber === query.data.IdCard && !unknown);
  const known = person?.policeLocked ? '-7' : person?.name === query.data.Name ? '0' : '-1';
  const code = person === undefined ? '-5' : known;
  return { Result: code, Description: IDENTITY_WORDS[code] };
}

const STILL_ERRORS = {
  'no-face': 'FailedOperation.LifePhotoDetectNoFaces',
  'two-faces': 'FailedOperation.LifePhotoDetectFaces',
  unreadable: 'FailedOperation.ImageDecodeFailed',
} as const;

function fromSimilarity(similarity: Similarity): TencentResult {
  if (similarity.kind !== 'similar') return tencentError(STILL_ERRORS[similarity.kind]);
  // Two decimals, cut and not rounded: 69.999 must not become 70.
  return { Result: 'Success', Description: '成功', Sim: Math.floor(similarity.sim * 100) / 100 };
}
