import { zhCN as shared } from './design/words/zh-CN.ts';
import type { Words } from './words-shape.ts';

export const zh: Words = {
  code: 'zh-CN',
  other: 'English',
  authorities: shared.authorities,
  authorityOutcomes: shared.authorityOutcomes,
  reasons: shared.reasons,
  outcomes: shared.outcomes,
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
