import { z } from 'zod';
import { nearest } from './nearest.ts';

/** A time zone that this program and every browser can compute with: a name, since old browsers know no offsets. */
export const timeZone = z
  .string()
  .refine(isTimeZone, { error: ({ input }) => unknownTimeZone(String(input)) });

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function unknownTimeZone(name: string): string {
  const known = Intl.supportedValuesOf('timeZone');
  const city = name.toLowerCase().replaceAll(' ', '_');
  const meant = known.find((zone) => zone.toLowerCase().endsWith(`/${city}`)) ?? nearest(name, known);
  return meant === null
    ? `Unknown time zone ${name}. Use a name of the IANA database, such as Asia/Seoul.`
    : `Unknown time zone ${name}: did you mean ${meant}?`;
}
