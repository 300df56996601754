/** Prevents a tablet's screen from turning off while the display is visible; without browser support it does nothing. */
export function holdWakeLock(): void {
  if (!('wakeLock' in navigator)) return;
  const hold = (): void => {
    if (document.visibilityState === 'visible') navigator.wakeLock.request('screen').catch(() => undefined);
  };
  document.addEventListener('visibilitychange', hold);
  hold();
}
