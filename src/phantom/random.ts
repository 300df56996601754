/** A reproducible source of numbers; the same seed and stream give the same sequence on every machine. */
export interface Random {
  /** Uniform in [low, high). */
  readonly between: (low: number, high: number) => number;
  /** True with the given probability, 0…1. */
  readonly chance: (probability: number) => boolean;
  /** One of the items, each equally likely; throws a `RangeError` when there are none. */
  readonly pick: <Item>(items: readonly Item[]) => Item;
}

/** Streams of one seed are independent: drawing more from one never shifts another. */
export function createRandom(seed: number, stream: string): Random {
  let state = hashText(`${stream}:${seed}`);

  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  return {
    between: (low, high) => low + (high - low) * next(),
    chance: (probability) => next() < probability,
    pick(items) {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new RangeError('Cannot pick from an empty list.');
      return item;
    },
  };
}

/** FNV-1a of the text, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
