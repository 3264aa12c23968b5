/** One that wants the counter. */
export type Turn = {
  /** Of the verification; empty while the backend has given it none. */
  readonly id: string;
  readonly till: string;
  /** Its whole time at the counter; never rejects. */
  start(): Promise<void>;
  /** Told as the queue moves: 1 for the next one. */
  moved(place: number): void;
};

export type Holder = { readonly id: string; readonly till: string; readonly since: number };
export type Turns = ReturnType<typeof createTurns>;

/** Who has the counter, and who waits for it: one at a time, in the order in which they came. */
export function createTurns(places: number, now: () => number) {
  let holder: Holder | undefined;
  let queue: readonly Turn[] = [];
  let open = true;

  const next = () => {
    holder = undefined;
    const [first, ...rest] = queue;
    if (!first || !open) return;
    queue = rest;
    begin(first);
    tellPlaces();
  };
  const tellPlaces = () => {
    for (const [index, turn] of queue.entries()) turn.moved(index + 1);
  };
  const begin = (turn: Turn) => {
    holder = { id: turn.id, till: turn.till, since: now() };
    void turn.start().finally(next);
  };

  return {
    /** @returns 0 when it begins at once, its place in the queue, or nothing when there is none left. */
    enter(turn: Turn, mayWait: boolean): number | undefined {
      if (!open) return undefined;
      if (!holder) {
        begin(turn);
        return 0;
      }
      if (!mayWait || queue.length >= places) return undefined;
      queue = [...queue, turn];
      return queue.length;
    },
    /** Takes one out of the queue. @returns false when it does not wait there. */
    leave(id: string): boolean {
      const left = queue.filter((turn) => turn.id !== id);
      if (left.length === queue.length) return false;
      queue = left;
      tellPlaces();
      return true;
    },
    holder: (): Holder | undefined => holder,
    waits: (id: string): boolean => queue.some((turn) => turn.id === id),
    /** From here on nobody begins. @returns those who still waited. */
    close(): readonly Turn[] {
      open = false;
      const waiting = queue;
      queue = [];
      return waiting;
    },
  };
}
