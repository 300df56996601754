const PAGE_BYTES = 65_536;
const HEADER_BYTES = 8;
const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;

interface Leb {
  readonly value: number;
  readonly end: number;
}

/**
 * Limits a WebAssembly module's memory to `maxBytes`; the code is unchanged.
 * Growing beyond that fails inside the module. Throws where the module states no maximum that could be lowered.
 */
export function limitWasmMemory(module: Uint8Array, maxBytes: number): Uint8Array {
  let at = HEADER_BYTES;
  while (at < module.length) {
    const section = module[at];
    const { value: size, end: body } = readLeb(module, at + 1);
    if (section === MEMORY_SECTION) return withMaximum(module, body, Math.floor(maxBytes / PAGE_BYTES));
    at = body + size;
  }
  throw new Error('The WebAssembly module has no memory of its own.');
}

function withMaximum(module: Uint8Array, body: number, maxPages: number): Uint8Array {
  const { value: memories, end: limits } = readLeb(module, body);
  if (memories !== 1 || module[limits] !== HAS_MAXIMUM)
    throw new Error('The memory of the WebAssembly module states no maximum.');
  const { value: minPages, end: start } = readLeb(module, limits + 1);
  const { value: oldPages, end } = readLeb(module, start);
  const limited = module.slice();
  // Encoded in as many bytes as before, so that nothing after it moves.
  let rest = Math.min(Math.max(maxPages, minPages), oldPages);
  for (let at = start; at < end; at += 1) {
    limited[at] = (rest & 0x7f) | (at + 1 < end ? 0x80 : 0);
    rest = Math.floor(rest / 128);
  }
  return limited;
}

function readLeb(bytes: Uint8Array, start: number): Leb {
  let value = 0;
  let at = start;
  let byte = 0x80;
  for (let factor = 1; byte >= 0x80; factor *= 128, at += 1) {
    byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * factor;
  }
  return { value, end: at };
}
