import type { Role } from '../../contract/api/access.ts';

/** Somebody who signed in. */
export interface PersonPrincipal {
  readonly kind: 'person';
  readonly name: string;
  readonly role: Role;
  /** What a ward page of theirs calls itself on the broker. */
  readonly displayId: string;
}

/** A screen that was paired; it shows one ward. */
export interface DisplayPrincipal {
  readonly kind: 'display';
  readonly id: string;
  readonly name: string;
  readonly ward: string;
}

/** Whoever sits at a machine whose screens are open: no user was made, and only this machine can reach them. */
export interface AnonymousPrincipal {
  readonly kind: 'anyone';
}

/** Who asks for something. */
export type Principal = PersonPrincipal | DisplayPrincipal | AnonymousPrincipal;

/**
 * Who may ask at least: `nobody` needs no sign-in, `display` a paired display or any person, a role that role or a
 * higher one.
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

/** Whether somebody (null: nobody known) may ask for what needs at minimumRole this much. */
export function isAuthorized(principal: Principal | null, minimumRole: MinimumRole): boolean {
  return rankOf(principal) >= RANK[minimumRole];
}

/** The name of a principal in the audit and on the wards. */
export function nameOf(principal: Principal): string {
  if (principal.kind === 'person') return principal.name;
  return principal.kind === 'display' ? `display ${principal.name}` : 'this machine';
}

function rankOf(principal: Principal | null): number {
  if (principal === null) return RANK.anonymous;
  if (principal.kind === 'anyone') return RANK.admin;
  return principal.kind === 'display' ? RANK.display : RANK[principal.role];
}
