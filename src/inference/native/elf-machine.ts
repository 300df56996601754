import { closeSync, openSync, readSync } from 'node:fs';

/** `e_machine` of the machines that Bonewatch runs on, elf(5). */
const MACHINES: ReadonlyMap<number, string> = new Map([
  [0x3e, 'x64'],
  [0xb7, 'arm64'],
]);
const HEADER_BYTES = 20;

/**
 * The machine a shared library was built for, by Node's names (`x64`, `arm64`); null where the file is not an ELF
 * library. The loader reports "No such file or directory" for a library of another machine.
 * Throws the system's error where the file cannot be read.
 */
export function elfMachine(path: string): string | null {
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(path, 'r');
  try {
    readSync(descriptor, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
  if (header.readUInt32BE(0) !== 0x7f454c46) return null;
  const machine = header.readUInt16LE(18);
  return MACHINES.get(machine) ?? `machine ${machine}`;
}
