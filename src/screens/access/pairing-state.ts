/** What a screen that waits to be paired is told: the answer of `/api/pairing`. */
export type PairingState =
  | { readonly state: 'waiting'; readonly code: string; readonly ward: string; readonly secondsLeft: number }
  | { readonly state: 'paired'; readonly ward: string }
  | { readonly state: 'gone' };
