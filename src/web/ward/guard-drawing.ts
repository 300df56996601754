import { render } from 'preact';
import { wardWords } from '../i18n/ward/words.ts';

/** Draws a display, or reports that it cannot. */
export interface GuardedDrawing {
  readonly draw: () => void;
  /** Whether the last drawing succeeded; false before the first: no alert can be read then. */
  readonly isDrawn: () => boolean;
  /** Calls back after each change. */
  readonly onChange: (listener: () => void) => void;
}

/**
 * Draws, and covers the display with an error while that fails: a page that cannot draw must not look as if it were
 * still connecting, or as if there were no alerts. The next drawing that succeeds removes the error.
 */
export function guardDrawing(root: HTMLElement, draw: () => void): GuardedDrawing {
  const listeners = new Set<() => void>();
  let error: HTMLElement | null = null;
  let isDrawn = false;

  function setDrawn(next: boolean): void {
    if (next === isDrawn) return;
    isDrawn = next;
    for (const listener of listeners) listener();
  }

  function drawOrReport(): void {
    try {
      draw();
      error?.remove();
      error = null;
      setDrawn(true);
    } catch (cause) {
      // In the console of the browser.
      if (error === null) reportError(cause);
      error ??= showError();
      // What was drawn half is removed, so that the next drawing starts from nothing.
      render(null, root);
      setDrawn(false);
    }
  }

  return {
    draw: drawOrReport,
    isDrawn: () => isDrawn,
    onChange: (listener) => void listeners.add(listener),
  };
}

/** In both languages: the language may be what is wrong. */
function showError(): HTMLElement {
  const { ko, en } = wardWords;
  const screen = document.createElement('main');
  screen.className = 'screen not-live broken';
  screen.dataset['live'] = 'no';
  const headline = document.createElement('section');
  headline.className = 'headline';
  headline.role = 'alert';
  const reason = document.createElement('div');
  reason.className = 'reason';
  for (const [tag, text] of [
    ['h1', `${ko.broken.title} · ${en.broken.title}`],
    ['p', `${ko.broken.meaning} · ${en.broken.meaning}`],
    ['p', `${ko.callRadiography} · ${en.callRadiography}`],
  ] as const) {
    const line = document.createElement(tag);
    line.textContent = text;
    reason.append(line);
  }
  headline.append(reason);
  screen.append(headline);
  document.body.append(screen);
  return screen;
}
