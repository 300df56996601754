import { z } from 'zod';

/** An address to listen on. */
export const address = z.string().regex(/^(\[[0-9a-f:]+\]|[^\s:]+):\d{1,5}$/, 'use host:port');
