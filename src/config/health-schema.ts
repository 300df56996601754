import { z } from 'zod';
import { address } from './address.ts';

const board = z
  .strictObject({
    hotBelowSlowingCelsius: z
      .number()
      .min(0)
      .max(40)
      .default(5)
      .describe(
        'Degrees below the temperature at which the board slows itself down, from which it is too hot. Each thermal zone states its own.',
      ),
    hotCelsius: z
      .number()
      .min(40)
      .max(125)
      .default(95)
      .describe('Temperature from which a zone is too hot that does not state when it slows down.'),
    memoryLowPercent: z
      .number()
      .min(0)
      .max(50)
      .default(5)
      .describe('Share of the memory, in percent, below which too little is free.'),
    memoryPressurePercent: z
      .number()
      .gt(0)
      .max(100)
      .default(30)
      .describe('Share of the time, in percent, spent waiting for memory from which it is short.'),
    overCurrent: z
      .boolean()
      .default(true)
      .describe(
        'Whether too much current is an alarm. Some boards report it in ordinary work in their strongest power mode.',
      ),
    holdSeconds: z
      .int()
      .min(1)
      .max(3600)
      .default(60)
      .describe('How long one of these must last until an alarm is raised, and be over until it ends.'),
  })
  .prefault({})
  .describe('When the machine itself is in trouble: too hot, slowed down, short of power or memory.');

/** The section `health`: where the daemon says how it is, and when the machine is in trouble. */
export const healthSchema = z
  .strictObject({
    listen: address.default('127.0.0.1:8471').describe('Address of /health, /ready and /metrics.'),
    board,
  })
  .describe('Health and metrics.');
