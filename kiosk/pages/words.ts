import type { ChallengeKind, Hint } from '../../liveness/contract.ts';
import type { Reason } from '../../server/contract/reasons.ts';
import type { AuthorityName, AuthorityOutcome, Outcome } from '../../server/contract/schemas.ts';
import type { StepName } from '../contract.ts';

/** Everything that the pages say, in one language. */
export type Words = {
  readonly code: 'zh-CN' | 'en';
  /** The button that changes to the other language. */
  readonly other: string;
  readonly screen: {
    readonly idle: string;
    readonly idleMore: string;
    readonly notice: string;
    greeting(name: string): string;
    readonly what: string;
    sale(reference: string): string;
    readonly consent: string;
    readonly consentMore: string;
    readonly how: string;
    readonly howMore: string;
    readonly agree: string;
    readonly refuse: string;
    readonly wait: string;
    readonly look: string;
    readonly between: string;
    readonly last: string;
    readonly matching: string;
    readonly verified: string;
    readonly verifiedMore: string;
    readonly failed: string;
    readonly failedMore: string;
    readonly otherWay: string;
    readonly otherWayMore: string;
    readonly timeUp: string;
    readonly outOfOrder: string;
    readonly outOfOrderMore: string;
    readonly technician: string;
    readonly disconnected: string;
    readonly preview: string;
    seconds(left: number): string;
    motions(done: number, of: number): string;
  };
  readonly hints: Readonly<Record<Hint, string>>;
  readonly challenges: Readonly<Record<ChallengeKind, string>>;
  readonly authorities: Readonly<Record<AuthorityName, string>>;
  readonly authorityOutcomes: Readonly<Record<AuthorityOutcome, string>>;
  readonly reasons: Readonly<Record<Reason, string>>;
  readonly outcomes: Readonly<Record<Outcome, string>>;
  readonly till: {
    readonly title: string;
    readonly lead: string;
    readonly sale: string;
    readonly idNumber: string;
    readonly start: string;
    readonly working: string;
    readonly cancel: string;
    readonly cancelling: string;
    readonly again: string;
    readonly close: string;
    readonly receipt: string;
    readonly recovering: string;
    readonly key: string;
    readonly keyMore: string;
    readonly subject: string;
    readonly saleInvalid: string;
    readonly next: Readonly<Record<Outcome, string>>;
    left(seconds: number): string;
    idProblem(problem: string): string;
  };
  readonly steps: Readonly<Record<StepName, string>>;
  /** Why the kiosk refused a question, by the problem's code. */
  readonly problems: Readonly<Record<string, string>>;
  readonly problem: string;
};

const zh: Words = {
  code: 'zh-CN',
  other: 'English',
  screen: {
    idle: '请到收银台办理',
    idleMore: '需要核验身份时，这里会有提示',
    notice: '此处有摄像头，只在您同意后用于核验身份。您也可以选择其他方式。',
    greeting: (name) => `${name}，您好`,
    what: '需要确认是您本人在场，约 10 秒',
    sale: (reference) => `单号 ${reference}`,
    consent: '同意使用摄像头核验人脸吗？',
    consentMore: '照片只用于本次核验，核验后删除',
    how: '怎样核验',
    howMore: '请您看镜头，再按提示慢慢转头或点头。系统向银行、公安、医保核对是否为您本人。',
    agree: '同意',
    refuse: '不同意，用其他方式',
    wait: '请稍候…',
    look: '请正对屏幕，取下口罩和墨镜',
    between: '好的，请看正前方',
    last: '做得很好，请再看一眼正前方',
    matching: '正在核对身份…',
    verified: '核验成功',
    verifiedMore: '请在收银台继续',
    failed: '这次没有通过',
    failedMore: '请在收银台再试一次，或用其他方式',
    otherWay: '好的，用其他方式',
    otherWayMore: '请告诉收银员，照常办理',
    timeUp: '时间到了',
    outOfOrder: '暂停使用',
    outOfOrderMore: '请在收银台用其他方式办理',
    technician: '维修代码',
    disconnected: '正在恢复…',
    preview: '您的画面',
    seconds: (left) => `还剩 ${left} 秒`,
    motions: (done, of) => `已完成 ${done} 个动作，共 ${of} 个`,
  },
  hints: {
    'no-face': '请站到屏幕正前方',
    'one-person': '只能一个人，请旁人让开一点',
    closer: '请靠近一点',
    back: '请退后一点',
    centre: '请把脸放在圆圈中间',
    brighter: '光线太暗，请面向亮处',
    backlight: '背后太亮，请换个方向站',
    'hold-still': '请保持不动',
    'look-straight': '请看正前方',
  },
  challenges: {
    'turn-left': '请慢慢向左转头',
    'turn-right': '请慢慢向右转头',
    'nod-down': '请低头',
    'nod-up': '请抬头',
  },
  authorities: { bank: '银行', police: '公安', insurer: '医保' },
  authorityOutcomes: {
    match: '一致',
    mismatch: '不一致',
    'not-found': '查无此人',
    locked: '已锁定',
    unavailable: '无法连接',
    'not-asked': '未询问',
  },
  reasons: {
    matched: '三方核对一致，是本人',
    'liveness-wrong-motion': '动作与提示不一致',
    'liveness-motion-early': '动作做早了，请等提示出现再做',
    'liveness-two-faces': '画面里有两个人',
    'liveness-face-lost': '脸离开了画面',
    'liveness-identity-changed': '中途换了人',
    'liveness-picture-frozen': '摄像头画面停住了',
    'liveness-picture-repeats': '画面不是现场拍摄的',
    'liveness-time-irregular': '画面断断续续，没有拍完整',
    'liveness-flat-motion': '画面不像真人在转头',
    'liveness-pad-attack': '画面不像真人',
    'liveness-no-frontal-still': '没有拍到清楚的正面',
    'liveness-challenge-timeout': '动作没有在时间内做完',
    'liveness-session-timeout': '核验没有在时间内做完',
    'evidence-still-rejected': '照片没有通过复核',
    'evidence-plan-mismatch': '提交的内容与要求不符',
    'evidence-time-window': '提交的时间不对，请检查本机时钟',
    'police-face-mismatch': '人脸与公安登记的照片不一致',
    'police-mismatch': '与公安登记的信息不一致',
    'police-not-found': '公安登记中查无此人',
    'police-locked': '公安登记已锁定',
    'police-unavailable': '公安核验暂时无法连接',
    'insurer-mismatch': '与医保登记的信息不一致',
    'insurer-not-found': '医保登记中查无此人',
    'insurer-locked': '医保账户已锁定',
    'insurer-unavailable': '医保系统暂时无法连接',
    'bank-mismatch': '与银行登记的信息不一致',
    'bank-not-found': '银行登记中查无此人',
    'bank-locked': '银行账户已锁定',
    'bank-unavailable': '银行系统暂时无法连接',
    'models-unavailable': '识别程序暂时不能使用',
    expired: '没有在时间内完成',
    cancelled: '收银台取消了核验',
    'consent-refused': '顾客选择了其他方式',
    'camera-missing': '摄像头没有接好',
    'kiosk-fault': '核验机出了故障',
    'backend-fault': '核验中心出了故障',
  },
  outcomes: {
    verified: '核验成功',
    rejected: '没有通过',
    expired: '时间到了',
    cancelled: '已取消',
    unavailable: '暂时无法核验',
  },
  till: {
    title: '人脸核验',
    lead: '请输入持卡人信息，然后请顾客看核验机的屏幕。',
    sale: '销售单号',
    idNumber: '持卡人证件号',
    start: '本机刷脸',
    working: '正在请求…',
    cancel: '取消',
    cancelling: '正在取消…',
    again: '重新核验',
    close: '返回上一步',
    receipt: '回执短码',
    recovering: '正在恢复…',
    key: '收银台密钥',
    keyMore: '由技术人员提供，只保存到关闭本页为止',
    subject: '持卡人',
    saleInvalid: '单号为 1–64 个英文字母、数字或符号，不含空格',
    next: {
      verified: '本次购药人脸认证完成',
      rejected: '可以重新核验，或用其他方式办理',
      expired: '可以重新核验，或用其他方式办理',
      cancelled: '可以重新核验，或用其他方式办理',
      unavailable: '请稍后重新核验，或用其他方式办理',
    },
    left: (seconds) => `还剩 ${seconds} 秒`,
    idProblem: (problem) => {
      if (problem.includes('check digit of')) return '校验码不对，可能输错了一位';
      return problem.includes('date of birth')
        ? '第 7–14 位不是出生日期'
        : '证件号为 17 位数字加 1 位校验码（0–9 或 X）';
    },
  },
  steps: {
    asked: '等待顾客同意',
    consent: '顾客已同意',
    look: '顾客正对屏幕',
    'turn-left': '顾客向左转头',
    'turn-right': '顾客向右转头',
    'nod-down': '顾客低头',
    'nod-up': '顾客抬头',
    between: '顾客看正前方',
    matching: '正在核对身份',
  },
  problems: {
    'person-unknown': '查无此人，请核对证件号',
    'kiosk-busy': '核验机正在核验另一位顾客，请稍候',
    'camera-missing': '摄像头没有接好，请用其他方式并联系技术人员',
    'backend-unreachable': '连不上核验中心，请稍后再试，或用其他方式',
    'id-number-invalid': '证件号不正确',
    'request-invalid': '输入的内容不正确',
    'till-unknown': '收银台密钥不正确',
    'idempotency-conflict': '这个请求号已用于另一次核验',
    'kiosk-stopping': '核验机正在停止',
  },
  problem: '核验机没有接受请求',
};

const en: Words = {
  code: 'en',
  other: '中文',
  screen: {
    idle: 'Please see the cashier',
    idleMore: 'This screen guides you when your identity has to be checked',
    notice: 'There is a camera here. It checks your identity only after you agree. Another way is always possible.',
    greeting: (name) => `Hello, ${name}`,
    what: 'We need to make sure that it is you: about 10 seconds',
    sale: (reference) => `Sale ${reference}`,
    consent: 'May the camera check your face?',
    consentMore: 'The picture serves this check only and is deleted after it',
    how: 'How it works',
    howMore:
      'You look at the camera, then turn or nod slowly as asked. Bank, police registry and insurer are asked whether it is you.',
    agree: 'I agree',
    refuse: 'No, another way',
    wait: 'One moment…',
    look: 'Face the screen, without mask or sunglasses',
    between: 'Good, look straight ahead',
    last: 'Well done, one last look straight ahead',
    matching: 'Checking your identity…',
    verified: 'Verified',
    verifiedMore: 'Please go on at the cashier',
    failed: 'Not this time',
    failedMore: 'Please try again at the cashier, or use another way',
    otherWay: 'Fine, another way',
    otherWayMore: 'Please tell the cashier',
    timeUp: 'Time is up',
    outOfOrder: 'Out of order',
    outOfOrderMore: 'Please use another way at the cashier',
    technician: 'Code for the technician',
    disconnected: 'Coming back…',
    preview: 'Your picture',
    seconds: (left) => `${left} s left`,
    motions: (done, of) => `${done} of ${of} motions done`,
  },
  hints: {
    'no-face': 'Please stand in front of the screen',
    'one-person': 'One person only, please',
    closer: 'Come a little closer',
    back: 'Step back a little',
    centre: 'Bring your face into the middle',
    brighter: 'Too dark: turn towards the light',
    backlight: 'Too bright behind you: stand another way',
    'hold-still': 'Hold still, please',
    'look-straight': 'Look straight ahead',
  },
  challenges: {
    'turn-left': 'Turn slowly to your left',
    'turn-right': 'Turn slowly to your right',
    'nod-down': 'Lower your head',
    'nod-up': 'Raise your head',
  },
  authorities: { bank: 'Bank', police: 'Police', insurer: 'Insurer' },
  authorityOutcomes: {
    match: 'agrees',
    mismatch: 'disagrees',
    'not-found': 'not found',
    locked: 'locked',
    unavailable: 'unavailable',
    'not-asked': 'not asked',
  },
  reasons: {
    matched: 'All three authorities agree',
    'liveness-wrong-motion': 'The motion was not the one asked for',
    'liveness-motion-early': 'The motion came before it was asked for',
    'liveness-two-faces': 'There were two people in the picture',
    'liveness-face-lost': 'The face left the picture',
    'liveness-identity-changed': 'Another person took over',
    'liveness-picture-frozen': 'The picture stood still',
    'liveness-picture-repeats': 'The picture was not a live one',
    'liveness-time-irregular': 'The picture broke off in between',
    'liveness-flat-motion': 'The motion was not that of a head',
    'liveness-pad-attack': 'The picture did not look like a live person',
    'liveness-no-frontal-still': 'There was no clear frontal picture',
    'liveness-challenge-timeout': 'The motion was not done in time',
    'liveness-session-timeout': 'The check was not done in time',
    'evidence-still-rejected': 'The picture did not pass the second check',
    'evidence-plan-mismatch': 'What was sent is not what was asked for',
    'evidence-time-window': 'The time does not fit: check the kiosk’s clock',
    'police-face-mismatch': 'The face differs from the police registry’s picture',
    'police-mismatch': 'The police registry’s entry differs',
    'police-not-found': 'The police registry does not know this person',
    'police-locked': 'The police registry’s entry is locked',
    'police-unavailable': 'The police registry cannot be reached now',
    'insurer-mismatch': 'The insurer’s entry differs',
    'insurer-not-found': 'The insurer does not know this person',
    'insurer-locked': 'The insurance account is locked',
    'insurer-unavailable': 'The insurer cannot be reached now',
    'bank-mismatch': 'The bank’s entry differs',
    'bank-not-found': 'The bank does not know this person',
    'bank-locked': 'The bank account is locked',
    'bank-unavailable': 'The bank cannot be reached now',
    'models-unavailable': 'Face recognition is not available now',
    expired: 'It was not done in time',
    cancelled: 'The cashier cancelled it',
    'consent-refused': 'The customer chose another way',
    'camera-missing': 'The camera is not connected',
    'kiosk-fault': 'The kiosk has a fault',
    'backend-fault': 'The backend has a fault',
  },
  outcomes: {
    verified: 'Verified',
    rejected: 'Not verified',
    expired: 'Time is up',
    cancelled: 'Cancelled',
    unavailable: 'Not possible now',
  },
  till: {
    title: 'Face verification',
    lead: 'Enter the cardholder, then ask the customer to look at the kiosk.',
    sale: 'Sale reference',
    idNumber: 'Cardholder’s ID number',
    start: 'Verify at this kiosk',
    working: 'Asking…',
    cancel: 'Cancel',
    cancelling: 'Cancelling…',
    again: 'Verify again',
    close: 'Back',
    receipt: 'Receipt code',
    recovering: 'Coming back…',
    key: 'Key of this till',
    keyMore: 'From the technician; kept until this page is closed',
    subject: 'Cardholder',
    saleInvalid: 'A sale reference is 1–64 letters, digits or signs without spaces',
    next: {
      verified: 'The verification for this sale is complete',
      rejected: 'Verify again, or use another way',
      expired: 'Verify again, or use another way',
      cancelled: 'Verify again, or use another way',
      unavailable: 'Try again later, or use another way',
    },
    left: (seconds) => `${seconds} s left`,
    idProblem: (problem) => `${problem.charAt(0).toUpperCase()}${problem.slice(1)}`,
  },
  steps: {
    asked: 'Waiting for the customer’s consent',
    consent: 'The customer agreed',
    look: 'Facing the screen',
    'turn-left': 'Turning left',
    'turn-right': 'Turning right',
    'nod-down': 'Lowering the head',
    'nod-up': 'Raising the head',
    between: 'Looking straight ahead',
    matching: 'Checking the identity',
  },
  problems: {
    'person-unknown': 'Nobody is known under this ID number',
    'kiosk-busy': 'The kiosk is busy with another customer',
    'camera-missing': 'The camera is not connected: use another way, call the technician',
    'backend-unreachable': 'The backend cannot be reached: try later, or use another way',
    'id-number-invalid': 'The ID number is not valid',
    'request-invalid': 'The input is not valid',
    'till-unknown': 'The key of this till is wrong',
    'idempotency-conflict': 'This request key was used for another verification',
    'kiosk-stopping': 'The kiosk is being stopped',
  },
  problem: 'The kiosk did not accept the request',
};

export const WORDS = { 'zh-CN': zh, en } as const;
export type Language = keyof typeof WORDS;

/** The sentence of a reason; one that this page does not know yet is shown as its code, never as nothing. */
export function reasonText(words: Words, reason: string): string {
  return (words.reasons as Readonly<Record<string, string>>)[reason] ?? reason;
}
