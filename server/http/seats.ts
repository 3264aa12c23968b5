/** So many at a time for each owner. */
export type Seats = {
  /** @returns how to leave again (twice is once); undefined when the owner's seats are taken. */
  take(owner: string): (() => void) | undefined;
};

export function createSeats(most: number): Seats {
  const taken = new Map<string, number>();
  const change = (owner: string, by: number) => {
    const count = (taken.get(owner) ?? 0) + by;
    if (count > 0) taken.set(owner, count);
    else taken.delete(owner);
  };
  return {
    take: (owner) => {
      if ((taken.get(owner) ?? 0) >= most) return undefined;
      change(owner, 1);
      let left = false;
      return () => {
        if (!left) change(owner, -1);
        left = true;
      };
    },
  };
}
