/** Facts that a ward display needs before it connects: the response of `/api/ward/:id`. Names no patient. */
export interface WardFacts {
  readonly site: { readonly id: string; readonly name: string; readonly timezone: string };
  readonly language: 'ko' | 'en';
  readonly device: string;
  readonly ward: { readonly id: string; readonly name: string; readonly detail: string };
  /** Names of all wards by id, for alerts escalated from other wards. */
  readonly wardNames: Readonly<Record<string, string>>;
  /** Names offered when an alert is acknowledged. */
  readonly staff: readonly string[];
  /** Whether a scanned badge gives a name. */
  readonly hasBadges: boolean;
  /** Extension of the radiography room; empty if none is configured. */
  readonly phone: string;
  /** When displays are dimmed, in the time zone of the site; null: never. */
  readonly night: { readonly from: string; readonly until: string } | null;
  /** WebSocket address of the broker; null: on this host, at `/mqtt`. */
  readonly websocketUrl: string | null;
  readonly protocolVersion: 'auto' | 4 | 5;
  /** UTC, RFC 3339; the display uses it to correct its clock. */
  readonly serverTime: string;
}
