/** Keeps a tablet's screen from going dark while the display is visible; where the browser cannot, nothing happens. */
export function holdWakeLock(): void {
  if (!('wakeLock' in navigator)) return;
  const hold = (): void => {
    if (document.visibilityState === 'visible') navigator.wakeLock.request('screen').catch(() => undefined);
  };
  document.addEventListener('visibilitychange', hold);
  hold();
}
