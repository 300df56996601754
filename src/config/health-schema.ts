import { z } from 'zod';
import { address } from './address.ts';

const board = z
  .strictObject({
    hotBelowSlowingCelsius: z
      .number()
      .min(0)
      .max(40)
      .default(5)
      .describe('Degrees below the throttling temperature of a thermal zone at which it counts as too hot.'),
    hotCelsius: z
      .number()
      .min(40)
      .max(125)
      .default(95)
      .describe('Temperature from which a zone without a throttling temperature counts as too hot.'),
    memoryLowPercent: z
      .number()
      .min(0)
      .max(50)
      .default(5)
      .describe('Free share of the memory, in percent, below which memory is low.'),
    memoryPressurePercent: z
      .number()
      .gt(0)
      .max(100)
      .default(30)
      .describe('Share of the time, in percent, spent waiting for memory from which memory is low.'),
    overCurrent: z
      .boolean()
      .default(true)
      .describe(
        'Whether over-current raises an alarm. Some boards report it in normal operation in their strongest power mode.',
      ),
    holdSeconds: z
      .int()
      .min(1)
      .max(3600)
      .default(60)
      .describe('How long a condition must last before its alarm is raised, and be over before it clears.'),
  })
  .prefault({})
  .describe('When the machine itself is in trouble: too hot, slowed down, short of power or memory.');

/** The section `health`: the health port, and the limits of the board. */
export const healthSchema = z
  .strictObject({
    listen: address.default('127.0.0.1:8471').describe('Address of /health, /ready and /metrics.'),
    board,
  })
  .describe('Health and metrics.');
