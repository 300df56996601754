/** Items that are due at given times, with one timer for all. */
export interface TimerQueue<Item> {
  /** Adds an item; the time is on `performance.now()`'s scale. The same item may be in it more than once. */
  add(item: Item, dueAt: number): void;
  readonly size: number;
  close(): void;
}

interface Entry<Item> {
  readonly item: Item;
  readonly dueAt: number;
}

/** Calls `onDue` for every item when it is due, earliest first. */
export function createTimerQueue<Item>(onDue: (item: Item, dueAt: number) => void): TimerQueue<Item> {
  const heap: Entry<Item>[] = [];
  let timer: NodeJS.Timeout | undefined;
  let timerDueAt = Infinity;

  function arm(): void {
    const dueAt = heap[0]?.dueAt ?? Infinity;
    if (dueAt === timerDueAt) return;
    clearTimeout(timer);
    timerDueAt = dueAt;
    timer =
      dueAt === Infinity ? undefined : setTimeout(fire, Math.max(0, Math.ceil(dueAt - performance.now())));
  }

  function fire(): void {
    timerDueAt = Infinity;
    const now = performance.now();
    for (let first = heap[0]; first !== undefined && first.dueAt <= now; first = heap[0]) {
      removeFirst(heap);
      onDue(first.item, first.dueAt);
    }
    arm();
  }

  return {
    add(item, dueAt) {
      insert(heap, { item, dueAt });
      arm();
    },
    get size() {
      return heap.length;
    },
    close() {
      heap.length = 0;
      arm();
    },
  };
}

function insert<Item>(heap: Entry<Item>[], entry: Entry<Item>): void {
  let index = heap.push(entry) - 1;
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex];
    if (parent === undefined || parent.dueAt <= entry.dueAt) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = entry;
}

function removeFirst<Item>(heap: Entry<Item>[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const isRightEarlier = (heap[left + 1]?.dueAt ?? Infinity) < (heap[left]?.dueAt ?? Infinity);
    const childIndex = isRightEarlier ? left + 1 : left;
    const child = heap[childIndex];
    if (child === undefined || child.dueAt >= last.dueAt) break;
    heap[index] = child;
    index = childIndex;
  }
  heap[index] = last;
}
