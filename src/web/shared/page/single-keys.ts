const SINGLE_KEYS = 'bonewatch.single-keys';

/** Whether single-letter keys are enabled on this screen. */
export function readSingleKeys(): boolean {
  return localStorage.getItem(SINGLE_KEYS) !== 'off';
}

export function storeSingleKeys(isEnabled: boolean): void {
  localStorage.setItem(SINGLE_KEYS, isEnabled ? 'on' : 'off');
}
