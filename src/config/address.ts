import { z } from 'zod';
import { portOf } from './listen-address.ts';

const MAX_PORT = 65_535;

/** An address to listen on. */
export const address = z
  .string()
  .regex(/^(\[[0-9a-f:]+\]|[^\s:]+):\d{1,5}$/, 'Use host:port.')
  .refine((text) => portOf(text) <= MAX_PORT, 'A port is at most 65535.');
