/** What of a question survives a reload: never who it is about. */
export type KeptQuestion = {
  readonly sale: string;
  /** The verification on the page. */
  readonly verification?: string;
  /** It is being asked for: whether the kiosk has it is not known. */
  readonly asking?: true;
};

type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export type Kept = ReturnType<typeof openKept>;

/** @param tab lives as long as the tab. @param machine holds what belongs to this till: its key, its language. */
export function openKept(tab: Shelf, machine: Shelf) {
  return {
    question(): KeptQuestion | undefined {
      try {
        const read: unknown = JSON.parse(tab.getItem('question') ?? 'null');
        return isQuestion(read) ? read : undefined;
      } catch {
        return undefined;
      }
    },
    keep: (question: KeptQuestion) => tab.setItem('question', JSON.stringify(question)),
    forget: () => tab.removeItem('question'),
    key: (): string | undefined => machine.getItem('till-key') ?? undefined,
    keepKey: (key: string) => machine.setItem('till-key', key),
    language: () => machine.getItem('language'),
    keepLanguage: (language: string) => machine.setItem('language', language),
  };
}

function isQuestion(read: unknown): read is KeptQuestion {
  return typeof read === 'object' && read !== null && 'sale' in read && typeof read.sale === 'string';
}
