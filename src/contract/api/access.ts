/** The roles, least first; each one includes the rights of those before it. */
export const ROLES = ['viewer', 'nurse', 'radiographer', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** The principal of a page: the response of `/api/me`. */
export interface Me {
  readonly kind: 'person' | 'display' | 'anyone';
  /** Name of the person or the display; empty without sign-in. */
  readonly name: string;
  /** The role of a person; null for a display; admin without sign-in. */
  readonly role: Role | null;
  /** The only ward of a display. */
  readonly ward: string | null;
  /** The name that a ward page must use at the broker, or as a prefix (`<displayId>.…`); null: any name. */
  readonly displayId: string | null;
  /** Must be sent as `x-csrf-token` with every request that changes data. */
  readonly csrfToken: string;
}

/** Facts that are public before sign-in: the response of `/api/site`. */
export interface SiteFacts {
  readonly name: string;
  readonly language: 'ko' | 'en';
}

/** The paired displays: the response of `/api/displays`. */
export interface DisplayFacts {
  readonly displays: readonly {
    readonly id: string;
    readonly name: string;
    readonly ward: string;
    readonly pairedBy: string;
    /** RFC 3339, UTC. */
    readonly pairedAt: string;
    /** Null: it has not connected since it was confirmed. */
    readonly seenAt: string | null;
  }[];
  readonly wards: readonly { readonly id: string; readonly name: string }[];
}

/** The state of a screen that waits to be paired: the response of `/api/pairing`. */
export type PairingState =
  | { readonly state: 'waiting'; readonly code: string; readonly ward: string; readonly secondsLeft: number }
  | { readonly state: 'paired'; readonly ward: string }
  | { readonly state: 'gone' };
