import type { Role } from '../../store/access/roles.ts';

/** Who a page is seen by: the answer of `/api/me`. */
export interface Me {
  readonly kind: 'person' | 'display' | 'anyone';
  /** Name of the person or the display; empty where nobody signs in. */
  readonly name: string;
  /** What a person may do; null for a display. Where nobody signs in: admin. */
  readonly role: Role | null;
  /** The only ward of a display. */
  readonly ward: string | null;
  /** What a ward page must call itself on the broker, or begin its name with (`<displayId>.…`); null: as it likes. */
  readonly displayId: string | null;
  /** To be sent along as `x-csrf-token` with everything that changes something. */
  readonly csrfToken: string;
}
