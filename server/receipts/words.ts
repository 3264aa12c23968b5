import type { Assistance, AuthorityName, AuthorityOutcome, Outcome } from '../contract/index.ts';
import type { Receipt } from '../contract/receipt.ts';

export type Language = 'en' | 'zh';

type Words = {
  readonly outcome: Readonly<Record<Outcome, string>>;
  readonly authority: Readonly<Record<AuthorityName, string>>;
  readonly answer: Readonly<Record<AuthorityOutcome, string>>;
  readonly label: Readonly<Record<Label, string>>;
  readonly byHand: string;
  readonly assistance: Readonly<Record<Assistance['kind'], string>>;
  readonly staff: string;
  readonly decision: Readonly<Record<'open' | 'upheld' | 'dismissed', string>>;
  readonly canceller: Readonly<Record<NonNullable<Receipt['cancelled_by']>, string>>;
};
type Label =
  | 'outcome'
  | 'reason'
  | 'cancelled'
  | 'sale'
  | 'till'
  | 'kiosk'
  | 'store'
  | 'purpose'
  | 'amount'
  | 'cardholder'
  | 'subject'
  | 'guardian'
  | 'assistance'
  | 'authorities'
  | 'asked'
  | 'decided'
  | 'round'
  | 'appeal'
  | 'verification'
  | 'policy'
  | 'key';

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    outcome: {
      verified: 'VERIFIED: the person at the counter is who they should be',
      rejected: 'REFUSED',
      expired: 'NOT FINISHED in time',
      cancelled: 'CANCELLED',
      unavailable: 'NOT DECIDED: something that was needed could not be had',
    },
    authority: { police: 'police registry', insurer: 'insurer', bank: 'bank' },
    answer: {
      match: 'agrees',
      mismatch: 'does not agree',
      'not-found': 'does not know them',
      locked: 'refuses to be asked',
      unavailable: 'did not answer',
      'not-asked': 'was not asked',
    },
    label: {
      outcome: 'Outcome',
      reason: 'Reason',
      cancelled: 'Cancelled by',
      sale: 'Sale',
      till: 'Till',
      kiosk: 'Kiosk',
      store: 'Store',
      purpose: 'Purpose',
      amount: 'Amount',
      cardholder: 'Insured',
      subject: 'At the counter',
      guardian: 'Guardian',
      assistance: 'Assisted',
      authorities: 'Authorities',
      asked: 'Asked',
      decided: 'Decided',
      round: 'Round',
      appeal: 'Appeal',
      verification: 'Verification',
      policy: 'Rules',
      key: 'Signed by key',
    },
    byHand: 'entered by hand',
    assistance: {
      gentle: 'smaller motions, more time',
      attested: 'no motions; a member of staff vouched',
    },
    staff: 'staff number',
    decision: { open: 'not decided yet', upheld: 'upheld', dismissed: 'dismissed' },
    canceller: { till: 'the till', subject: 'the person at the counter', kiosk: 'the kiosk' },
  },
  zh: {
    outcome: {
      verified: '通过：柜台前的人即为本人',
      rejected: '未通过',
      expired: '超时未完成',
      cancelled: '已取消',
      unavailable: '未能核验：所需的服务不可用',
    },
    authority: { police: '公安', insurer: '医保', bank: '银行' },
    answer: {
      match: '一致',
      mismatch: '不一致',
      'not-found': '查无此人',
      locked: '已锁定',
      unavailable: '无应答',
      'not-asked': '未询问',
    },
    label: {
      outcome: '结果',
      reason: '原因',
      cancelled: '取消方',
      sale: '销售单',
      till: '收银台',
      kiosk: '核验终端',
      store: '门店',
      purpose: '用途',
      amount: '金额',
      cardholder: '参保人',
      subject: '到场人',
      guardian: '监护人',
      assistance: '行动不便',
      authorities: '核验机构',
      asked: '提出时间',
      decided: '决定时间',
      round: '次数',
      appeal: '申诉',
      verification: '核验编号',
      policy: '规则版本',
      key: '签名密钥',
    },
    byHand: '人工录入',
    assistance: { gentle: '动作放小，时间放宽', attested: '未做动作，由店员确认' },
    staff: '工号',
    decision: { open: '待处理', upheld: '成立', dismissed: '驳回' },
    canceller: { till: '收银台', subject: '到场人', kiosk: '核验终端' },
  },
};

/** A receipt in words, a line each: for people, not for programs. @param kid of the key that signed it. */
export function describeReceipt(receipt: Receipt, kid: string, language: Language): readonly string[] {
  const words = WORDS[language];
  const time = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '');
  const person = ({ name, idNumber }: { readonly name: string; readonly idNumber: string }) => `${name} ${idNumber}`;
  const { subject, guardian, assistance, appeal, amount, cancelled_by: canceller } = receipt;
  const relation = subject.relation && (language === 'zh' ? subject.relation.label : relationOf(subject.relation));
  const notes = [relation, receipt.by_hand ? words.byHand : undefined].filter((note) => note !== undefined);
  const answers = receipt.required.map((name) => `${words.authority[name]} ${words.answer[receipt.authorities[name]]}`);
  const lines: readonly (readonly [Label, string | undefined])[] = [
    ['outcome', words.outcome[receipt.outcome]],
    ['reason', receipt.reason],
    ['cancelled', canceller && words.canceller[canceller]],
    ['sale', receipt.sale],
    ['till', receipt.till],
    ['store', receipt.store],
    ['kiosk', receipt.kiosk],
    ['purpose', receipt.purpose],
    ['amount', amount === undefined ? undefined : `¥${(amount / 100).toFixed(2)}`],
    ['cardholder', person(receipt.cardholder)],
    ['subject', person(subject) + (notes.length > 0 ? ` (${notes.join(', ')})` : '')],
    ['guardian', guardian && person(guardian)],
    ['assistance', assistance && helpOf(assistance, words)],
    ['authorities', answers.join(' · ')],
    ['asked', time(receipt.created)],
    ['decided', time(receipt.iat)],
    ['round', receipt.round > 1 ? String(receipt.round) : undefined],
    ['appeal', appeal && words.decision[appeal.decision]],
    ['verification', receipt.verification],
    ['policy', receipt.policy],
    ['key', kid],
  ];
  return lines.flatMap(([label, said]) => (said === undefined ? [] : [`${words.label[label]}: ${said}`]));
}

const helpOf = (assistance: Assistance, { assistance: how, staff }: Words): string =>
  assistance.kind === 'attested' ? `${how.attested} (${staff} ${assistance.by})` : how[assistance.kind];

const relationOf = ({ label, labelEn }: { readonly label: string; readonly labelEn?: string | undefined }): string =>
  labelEn ?? label;
