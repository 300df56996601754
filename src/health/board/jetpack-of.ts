/** The JetPack of each release of Jetson Linux, oldest first; a release without an entry has that of the one before. */
const JETPACKS: readonly (readonly [release: readonly [number, number, number], jetpack: string])[] = [
  [[35, 0, 0], '5'],
  [[36, 0, 0], '6.0'],
  [[36, 4, 0], '6.1'],
  [[36, 4, 3], '6.2'],
  [[38, 0, 0], '7.0'],
  [[38, 4, 0], '7.1'],
  [[39, 0, 0], '7.2'],
];
const MAX_MAJOR = 39;

/** `36.4.3` is JetPack 6.2; null for a release that is newer than this table, or older. */
export function jetpackOf(l4tRelease: string): string | null {
  const [major = 0, minor = 0, patch = 0] = l4tRelease.split('.').map(Number);
  if (major > MAX_MAJOR) return null;
  const known = JETPACKS.filter(
    ([[ofMajor, ofMinor, ofPatch]]) =>
      major === ofMajor && (minor > ofMinor || (minor === ofMinor && patch >= ofPatch)),
  );
  return known.at(-1)?.[1] ?? null;
}
