/** The connection counts as lost when the broker has not answered for this long. */
export const NO_ANSWER_MS = 8_000;
/** How long a page that has just been opened may show "connecting". */
export const OPENING_MS = 6_000;
/** Two health messages, sent every 30 s, missed. */
export const HEALTH_OLD_MS = 65_000;
export const TAKEOVER_MS = 20_000;
/** At night an arrival has the daytime red for this long. */
export const BRIGHT_MS = 5_000;
export const NAME_CHOICE_MS = 20_000;
export const UNDO_MS = 10_000;
export const CONFIRM_MS = 5_000;
export const SYNC_FALLBACK_MS = 3_000;
export const SOUND_PAUSE_MS = 120_000;
export const LATE_MS = 5 * 60_000;
export const SEEN_SHOWN_MS = 30 * 60_000;
/** An alert this young still takes the screen of a display that has just been switched on. */
export const FRESH_MS = 60_000;
/** Alerts that were open before a restart are shown as such for no longer than this. */
export const MAX_KNOWN_VIEW_AGE_MS = 12 * 3_600_000;
/** A picture that could not be loaded is requested again after this time. */
export const IMAGE_RETRY_MS = 60_000;
