/** A fault in the combination of several keys. */
export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The keys that are compared, such as `screens.tls`; where one of them is invalid, there is nothing to compare. */
  readonly compares: readonly string[];
}
