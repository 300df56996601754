import { z } from 'zod';

/** Where something listens. */
export const address = z.string().regex(/^(\[[0-9a-f:]+\]|[^\s:]+):\d{1,5}$/, 'use host:port');
