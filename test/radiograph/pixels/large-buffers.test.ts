import { expect, test } from 'vitest';
import { adoptBuffer, borrowBuffer, returnBuffer } from '../../../src/radiograph/pixels/large-buffers.ts';

const MIB = 1024 * 1024;

test('what is returned is lent again to one borrower at a time, and never twice', () => {
  const first = borrowBuffer(3 * MIB);
  returnBuffer(first);
  returnBuffer(first.subarray(5));
  const second = borrowBuffer(3 * MIB - 7);
  expect(second.buffer).toBe(first.buffer);
  expect(second.length).toBe(3 * MIB - 7);
  expect(borrowBuffer(3 * MIB).buffer).not.toBe(first.buffer);
});

test('memory that was not borrowed is never lent, nor is a large piece for a small need', () => {
  const foreign = new Uint8Array(5 * MIB);
  returnBuffer(foreign);
  expect(borrowBuffer(5 * MIB).buffer).not.toBe(foreign.buffer);
  const large = borrowBuffer(20 * MIB);
  returnBuffer(large);
  expect(borrowBuffer(2 * MIB).buffer).not.toBe(large.buffer);
  expect(borrowBuffer(20 * MIB).buffer).toBe(large.buffer);
});

test('a codec’s memory is lent once it is adopted, and what is too much is freed at once', () => {
  const adopted = [6, 7, 8].map((size) => new Uint8Array(size * MIB));
  for (const buffer of adopted) {
    adoptBuffer(buffer);
    returnBuffer(buffer);
  }
  expect(adopted.map(({ length }) => length / MIB)).toEqual([0, 7, 8]);
  const part = new Uint8Array(9 * MIB).subarray(1);
  adoptBuffer(part);
  returnBuffer(part);
  expect(borrowBuffer(9 * MIB - 1).buffer).not.toBe(part.buffer);
});
