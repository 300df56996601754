import { createBadgeReader } from './badge-reader.ts';

/** Calls with each badge that is scanned, wherever the focus is; characters that the scanner typed into a field are removed. */
export function listenForBadges(onBadge: (code: string) => void): void {
  const read = createBadgeReader();
  addEventListener(
    'keydown',
    (event) => {
      const { key, code, shiftKey, timeStamp } = event;
      const badge = read({ key, code, shiftKey, at: timeStamp });
      if (badge === null) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.target instanceof HTMLInputElement) event.target.value = '';
      onBadge(badge);
    },
    { capture: true },
  );
}
