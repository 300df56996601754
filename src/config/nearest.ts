import { closestMatch } from 'leven';

/** Of the names there are, the one that was probably meant; null if none is similar. */
export function nearest(name: string, known: readonly string[]): string | null {
  const folded = new Map(known.map((one) => [one.toLowerCase(), one]));
  const swapped = known.find((one) => sortedLetters(one) === sortedLetters(name));
  if (swapped !== undefined) return swapped;
  const maxDistance = Math.max(1, Math.floor(name.length / 3));
  const match = closestMatch(name.toLowerCase(), [...folded.keys()], { maxDistance });
  return (match === undefined ? undefined : folded.get(match)) ?? null;
}

/** The same for `tsl` as for `tls`, which differ in two letters of three. */
function sortedLetters(name: string): string {
  return Array.from(name.toLowerCase()).toSorted().join('');
}

/** `There is no ward w4: did you mean w3?`, or without the question where nothing is similar. */
export function withNearest(clause: string, name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === null ? `${clause}.` : `${clause}: did you mean ${meant}?`;
}
