/** What a person may do, least first; each role may also do what those before it may. */
export const ROLES = ['viewer', 'nurse', 'radiographer', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** Who a page is seen by: the answer of `/api/me`. */
export interface Me {
  readonly kind: 'person' | 'display' | 'anyone';
  /** Name of the person or the display; empty without sign-in. */
  readonly name: string;
  /** The role of a person; null for a display; admin without sign-in. */
  readonly role: Role | null;
  /** The only ward of a display. */
  readonly ward: string | null;
  /** What a ward page must call itself on the broker, or begin its name with (`<displayId>.…`); null: as it likes. */
  readonly displayId: string | null;
  /** To be sent along as `x-csrf-token` with everything that changes something. */
  readonly csrfToken: string;
}

/** What anybody may know before they sign in: the answer of `/api/site`. */
export interface SiteFacts {
  readonly name: string;
  readonly language: 'ko' | 'en';
}

/** The paired displays: the answer of `/api/displays`. */
export interface DisplayFacts {
  readonly displays: readonly {
    readonly id: string;
    readonly name: string;
    readonly ward: string;
    readonly pairedBy: string;
    /** RFC 3339, UTC. */
    readonly pairedAt: string;
    /** Null: it has not been here since it was confirmed. */
    readonly seenAt: string | null;
  }[];
  readonly wards: readonly { readonly id: string; readonly name: string }[];
}

/** What a screen that waits to be paired receives: the reply of `/api/pairing`. */
export type PairingState =
  | { readonly state: 'waiting'; readonly code: string; readonly ward: string; readonly secondsLeft: number }
  | { readonly state: 'paired'; readonly ward: string }
  | { readonly state: 'gone' };
