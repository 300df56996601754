import type { Role } from '../../contract/api/access.ts';

/** A person who signed in. */
export interface PersonPrincipal {
  readonly kind: 'person';
  readonly name: string;
  readonly role: Role;
  /** The display id of their ward pages on the broker. */
  readonly displayId: string;
}

/** A screen that was paired; it shows one ward. */
export interface DisplayPrincipal {
  readonly kind: 'display';
  readonly id: string;
  readonly name: string;
  readonly ward: string;
}

/** Any client on this machine while there is no user: only this machine can reach the screens then. */
export interface AnonymousPrincipal {
  readonly kind: 'anyone';
}

/** The sender of a request. */
export type Principal = PersonPrincipal | DisplayPrincipal | AnonymousPrincipal;

/**
 * The least that a route requires: `anonymous` no sign-in, `display` a paired display or any person, a role that role
 * or a higher one.
 */
export type MinimumRole = 'anonymous' | 'display' | Role;

const RANK: Readonly<Record<MinimumRole, number>> = {
  anonymous: 0,
  display: 1,
  viewer: 2,
  nurse: 3,
  radiographer: 4,
  admin: 5,
};

/** Whether a principal (null: not authenticated) has at least this role. */
export function isAuthorized(principal: Principal | null, minimumRole: MinimumRole): boolean {
  return rankOf(principal) >= RANK[minimumRole];
}

/** The name of a principal in the audit log and on the wards. */
export function nameOf(principal: Principal): string {
  if (principal.kind === 'person') return principal.name;
  return principal.kind === 'display' ? `display ${principal.name}` : 'this machine';
}

function rankOf(principal: Principal | null): number {
  if (principal === null) return RANK.anonymous;
  if (principal.kind === 'anyone') return RANK.admin;
  return principal.kind === 'display' ? RANK.display : RANK[principal.role];
}
