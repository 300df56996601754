const DURING_UPGRADE =
  'When upgrading from 0.1.0, remove the key first and add the new one afterwards: 0.1.0 rejects the new key.';

/** Keys of earlier releases under their old path, with the sentence that names the new key. */
const RENAMED_KEYS: ReadonlyMap<string, string> = new Map([
  ['alerts.closedKeptMinutes', 'Renamed in 0.2.0: use alerts.closeAfterMinutes.'],
  [
    'scope.forProcessing',
    'Renamed in 0.2.0: use scope.rawImages, with analyse instead of render and skip instead of refuse.',
  ],
  ['screens.users.longestHours', 'Renamed in 0.2.0: use screens.users.maxSessionHours.'],
]);

/** The error message for a key of an earlier release, with its new name; null for any other. */
export function renamedKeyMessage(path: readonly PropertyKey[]): string | null {
  const renamed = RENAMED_KEYS.get(path.map(String).join('.'));
  return renamed === undefined ? null : `${renamed} ${DURING_UPGRADE}`;
}
