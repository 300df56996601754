const usable = new Map<string, string>();

/** The time zone, or that of this computer where the browser does not know it: an old browser lacks new zones. */
export function usableTimeZone(timezone: string): string {
  const known = usable.get(timezone);
  if (known !== undefined) return known;
  const zone = isTimeZone(timezone) ? timezone : Intl.DateTimeFormat().resolvedOptions().timeZone;
  usable.set(timezone, zone);
  return zone;
}

function isTimeZone(timezone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return true;
  } catch {
    return false;
  }
}
