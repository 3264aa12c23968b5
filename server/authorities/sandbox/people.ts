/**
 * The sandbox's people. All are made up: district 110105, born in 1949, serial numbers by month. Whoever has no
 * portrait of their own shares one of the four.
 */
export type SandboxPerson = {
  /** Stable, for demos and tests: `zhang-min`. */
  readonly key: string;
  readonly name: string;
  readonly idNumber: string;
  /** Card and phone that the person shows; what the bank has on file may differ. */
  readonly bankCard: string;
  readonly phone: string;
  /** Whose face in models/portraits.ts is theirs. */
  readonly portrait: string;
  /** Whose face the police register has; their own unless told otherwise. */
  readonly registeredPortrait?: string;
  /** BankCard4EVerification's result for the right card. */
  readonly bankResult?: '0' | '-1' | '-9' | '-13' | '-14' | '-18' | '-19';
  readonly insurance?: 'active' | 'suspended' | 'none';
  /** The police have counted too many questions about them today. */
  readonly policeLocked?: boolean;
  /** Every authority treats questions about them so. */
  readonly behaviour?: 'slow' | 'malformed' | 'flapping';
};

const PEOPLE: readonly SandboxPerson[] = [
  person('zhang-min', '张敏', '110105194901010224', 1, 'zhang-min'),
  person('li-na', '李娜', '110105194902020248', 2, 'li-na'),
  { ...person('wang-fang', '王芳', '110105194903030261', 3, 'wang-fang'), bankResult: '-1' },
  { ...person('chen-jing', '陈静', '110105194904040285', 4, 'chen-jing'), insurance: 'suspended' },
  { ...person('liu-yang', '刘洋', '110105194905050303', 5, 'zhang-min'), registeredPortrait: 'li-na' },
  { ...person('sun-li', '孙丽', '110105194906060327', 6, 'li-na'), behaviour: 'slow' },
  { ...person('zhou-hui', '周慧', '110105194907070340', 7, 'wang-fang'), behaviour: 'malformed' },
  { ...person('wu-yan', '吴艳', '110105194908080364', 8, 'chen-jing'), behaviour: 'flapping' },
  { ...person('feng-tao', '冯涛', '110105194909090388', 9, 'zhang-min'), bankResult: '-19', policeLocked: true },
  { ...person('he-ping', '何平', '110105194910100408', 10, 'li-na'), bankResult: '-13', insurance: 'none' },
];

export function sandboxPeople(): readonly SandboxPerson[] {
  return PEOPLE;
}

/** The portraits that the police register holds, each once. */
export function registeredPortraits(): readonly string[] {
  return [...new Set(PEOPLE.map(({ portrait, registeredPortrait }) => registeredPortrait ?? portrait))];
}

/** @param nth 1–99, for card and phone. The card's last digit is its Luhn check digit. */
function person(key: string, name: string, idNumber: string, nth: number, portrait: string): SandboxPerson {
  const serial = `622000000000000${100 + nth}`;
  return {
    key,
    name,
    idNumber,
    bankCard: serial + luhnDigit(serial),
    phone: `1380000${String(nth).padStart(4, '0')}`,
    portrait,
  };
}

function luhnDigit(digits: string): number {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = i % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return (10 - (sum % 10)) % 10;
}
