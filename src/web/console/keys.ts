import type { Controller } from './create-controller.ts';

/** What the keyboard may do beside the controller. */
export interface KeyParts {
  readonly act: Controller;
  readonly focusSearch: () => void;
  readonly zoom: (factor: number) => void;
  readonly reset: () => void;
}

const PAGES: Readonly<Record<string, string>> = {
  '1': '/console',
  '2': '/console/quality',
  '3': '/console/system',
};

/**
 * Listens to the keyboard. Single letters work only while no field has focus, and not at all where they are switched
 * off (WCAG 2.1.4); arrows, Enter, Esc and Ctrl+Z always do. Returns how to stop it.
 */
export function listenToKeys(parts: KeyParts): () => void {
  let isGoing = false;

  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || event.metaKey) return;
    const isTyping = event.target instanceof HTMLInputElement && event.target.type !== 'checkbox';
    if (event.ctrlKey) {
      if (event.key.toLowerCase() === 'z' && !isTyping) done(event, () => void parts.act.undo());
      return;
    }
    if (isTyping) return;
    const hasLetters = parts.act.state().hasSingleKeys;
    if (isGoing && hasLetters) {
      isGoing = false;
      const page = PAGES[event.key];
      if (page !== undefined) {
        done(event, () => location.assign(page));
        return;
      }
    }
    const isOnButton = event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement;
    const always = anyTime(event.key, isOnButton, parts);
    if (always !== null) {
      done(event, always);
      return;
    }
    if (!hasLetters) return;
    if (event.code === 'KeyG') isGoing = true;
    const single = letter(event, parts);
    if (single !== null) done(event, single);
  }

  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}

function done(event: KeyboardEvent, work: () => void): void {
  event.preventDefault();
  work();
}

function anyTime(key: string, isOnButton: boolean, { act }: KeyParts): (() => void) | null {
  switch (key) {
    case 'ArrowDown':
      return () => act.step(1);
    case 'ArrowUp':
      return () => act.step(-1);
    case 'Escape':
      return () => act.leave();
    case 'Enter':
      return isOnButton ? null : () => void act.record();
    default:
      return null;
  }
}

/** By the place of the key, not its character: a Korean keyboard types 하 where another types gk. */
function letter(event: KeyboardEvent, parts: KeyParts): (() => void) | null {
  const { act } = parts;
  const { look, finding, detail, mode } = act.state();
  const count = detail?.result?.findings.length ?? 0;
  const isAnalysed = detail?.result?.status === 'analysed';
  switch (event.code) {
    case 'KeyJ':
      return () => act.step(1);
    case 'KeyK':
      return () => act.step(-1);
    case 'KeyN':
      return () => void act.nextUnjudged();
    case 'KeyF':
      return () => act.look({ showsFindings: !look.showsFindings });
    case 'KeyO':
      return () =>
        act.look(
          event.shiftKey ? { isSideBySide: !look.isSideBySide } : { showsFindings: !look.showsFindings },
        );
    case 'KeyI':
      return () => act.look({ isInverted: !look.isInverted });
    case 'KeyA':
      return isAnalysed ? () => void act.agree(count === 0 ? null : finding) : null;
    case 'KeyD':
      return count > 0 ? () => act.askWhy(finding) : null;
    case 'KeyM':
      return detail?.result?.image?.width == null ? null : () => act.askMissed();
    case 'KeyZ':
      return () => void act.undo();
    case 'KeyR':
      return () => void act.startRerun();
    case 'KeyT':
      return () => act.startTry();
    case 'Slash':
      return event.shiftKey ? () => act.showKeys() : parts.focusSearch;
    case 'Equal':
    case 'NumpadAdd':
      return () => parts.zoom(1.25);
    case 'Minus':
    case 'NumpadSubtract':
      return () => parts.zoom(0.8);
    case 'Digit0':
    case 'Numpad0':
      return parts.reset;
    default:
      return digit(event.code, { count, isChoosing: mode.type === 'reason' || mode.type === 'missed' }, act);
  }
}

function digit(
  code: string,
  { count, isChoosing }: { readonly count: number; readonly isChoosing: boolean },
  act: Controller,
): (() => void) | null {
  const number = Number(/^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1] ?? 0);
  if (number === 0) return null;
  if (isChoosing) return () => act.choose(number - 1);
  return number <= count ? () => act.finding(number - 1) : null;
}
