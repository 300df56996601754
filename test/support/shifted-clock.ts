import { readFileSync } from 'node:fs';

/**
 * Loaded before a program (`node --import`): its wall clock differs from the machine's by the milliseconds in the file
 * that $CLOCK_OFFSET_FILE names, which a test may change at any moment.
 */
const file = process.env['CLOCK_OFFSET_FILE'] ?? '';
const MachineDate = Date;
let readAtMs = Number.NEGATIVE_INFINITY;
let offsetMs = 0;

function now(): number {
  if (performance.now() - readAtMs > 50) {
    readAtMs = performance.now();
    offsetMs = Number(readFileSync(file, 'utf8')) || 0;
  }
  return MachineDate.now() + offsetMs;
}

globalThis.Date = new Proxy(MachineDate, {
  construct: (target, args: unknown[]) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args) as object,
  get: (target, name, receiver): unknown => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
