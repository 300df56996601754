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
