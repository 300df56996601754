/** What a person may do, least first; each role may also do what those before it may. */
export const ROLES = ['viewer', 'nurse', 'radiographer', 'admin'] as const;

export type Role = (typeof ROLES)[number];
