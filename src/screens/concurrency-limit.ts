/** How many requests of a route are held at once: each one holds its body, its response and its work. */
export interface ConcurrencyLimit {
  readonly max: number;
  /** Of one person, display or machine, so that it cannot take all places. */
  readonly maxPerHolder: number;
}

/** The place of one request. */
export interface Place {
  /** Holds the place until this work, too, has ended. */
  during<T>(work: Promise<T>): Promise<T>;
  /** The response has ended. */
  leave(): void;
}

/** Gives out the places of a route; null: none is free for this holder. */
export function createPlaces({ max, maxPerHolder }: ConcurrencyLimit): (holder: string) => Place | null {
  const taken = new Map<string, number>();
  let total = 0;

  function change(holder: string, by: number): void {
    total += by;
    const count = (taken.get(holder) ?? 0) + by;
    if (count > 0) taken.set(holder, count);
    else taken.delete(holder);
  }

  return (holder) => {
    if (total >= max || (taken.get(holder) ?? 0) >= maxPerHolder) return null;
    // The response, and the work for it, which may outlast a client that disconnects.
    let uses = 1;
    change(holder, 1);
    const end = (): void => {
      uses -= 1;
      if (uses === 0) change(holder, -1);
    };
    return {
      during(work) {
        uses += 1;
        return work.finally(end);
      },
      leave: end,
    };
  };
}
