import { z } from 'zod';

/** An id that may stand in a topic and a URL. */
export const topicId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'Use lower-case letters, digits and hyphens, at most 40 characters.');
