import type { ConsoleState } from './console-state.ts';
import type { Controller } from './controller/create-controller.ts';

/** The parts of the console that the keyboard controls. */
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
 * Listens to the keyboard. Single letters work only while no field has focus, and not at all when they are switched
 * off (WCAG 2.1.4); arrows, Enter, Esc and Ctrl+Z always work. Returns a function that stops it.
 */
export function listenToKeys(parts: KeyParts): () => void {
  let isGoToPending = false;

  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || event.metaKey) return;
    const isTyping = event.target instanceof HTMLInputElement && event.target.type !== 'checkbox';
    if (event.ctrlKey) {
      if (event.key.toLowerCase() === 'z' && !isTyping) run(event, () => void parts.act.undo());
      return;
    }
    if (isTyping) return;
    const hasLetters = parts.act.state().hasSingleKeys;
    if (isGoToPending && hasLetters) {
      isGoToPending = false;
      const page = PAGES[event.key];
      if (page !== undefined) {
        run(event, () => location.assign(page));
        return;
      }
    }
    const always = alwaysActiveKey(event, parts);
    if (always !== null) {
      run(event, always);
      return;
    }
    if (!hasLetters) return;
    if (event.code === 'KeyG') isGoToPending = true;
    const single = singleKey(event, parts);
    if (single !== null) run(event, single);
  }

  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}

function run(event: KeyboardEvent, action: () => void): void {
  event.preventDefault();
  action();
}

function alwaysActiveKey({ key, target }: KeyboardEvent, { act }: KeyParts): (() => void) | null {
  switch (key) {
    case 'ArrowDown':
      return () => act.step(1);
    case 'ArrowUp':
      return () => act.step(-1);
    case 'Escape':
      return () => act.leave();
    case 'Enter':
      return isActivatedByEnter(target) ? null : () => void act.record();
    default:
      return null;
  }
}

function isActivatedByEnter(target: EventTarget | null): boolean {
  return target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;
}

/** A pressed key, with the state that its action depends on. */
interface KeyPress {
  readonly act: Controller;
  readonly parts: KeyParts;
  readonly state: ConsoleState;
  readonly isShifted: boolean;
  readonly findings: number;
}

/** By the position of the key, not its character: a Korean keyboard types 하 where a Latin one types gk. */
const SINGLE_KEYS: Readonly<Record<string, (press: KeyPress) => (() => void) | null>> = {
  KeyJ:
    ({ act }) =>
    () =>
      act.step(1),
  KeyK:
    ({ act }) =>
    () =>
      act.step(-1),
  KeyN:
    ({ act }) =>
    () =>
      void act.nextWithoutVerdict(),
  KeyF: toggleFindings,
  KeyO: (press) => (press.isShifted ? toggleSideBySide(press) : toggleFindings(press)),
  KeyI:
    ({ act, state }) =>
    () =>
      act.look({ isInverted: !state.look.isInverted }),
  KeyA: ({ act, state, findings }) =>
    state.detail?.result?.status === 'analysed'
      ? () => void act.agree(findings === 0 ? null : state.finding)
      : null,
  KeyD: ({ act, state, findings }) => (findings > 0 ? () => act.askWhy(state.finding) : null),
  KeyM: ({ act, state }) => (state.detail?.result?.image?.width == null ? null : () => act.askMissed()),
  KeyZ:
    ({ act }) =>
    () =>
      void act.undo(),
  KeyR:
    ({ act }) =>
    () =>
      void act.startRerun(),
  KeyT:
    ({ act }) =>
    () =>
      act.startTry(),
  Slash: ({ act, parts, isShifted }) => (isShifted ? () => act.showKeys() : parts.focusSearch),
  Equal: zoomIn,
  NumpadAdd: zoomIn,
  Minus: zoomOut,
  NumpadSubtract: zoomOut,
  Digit0: ({ parts }) => parts.reset,
  Numpad0: ({ parts }) => parts.reset,
};

function toggleFindings({ act, state }: KeyPress): () => void {
  return () => act.look({ showsFindings: !state.look.showsFindings });
}

function toggleSideBySide({ act, state }: KeyPress): () => void {
  return () => act.look({ isSideBySide: !state.look.isSideBySide });
}

function zoomIn({ parts }: KeyPress): () => void {
  return () => parts.zoom(1.25);
}

function zoomOut({ parts }: KeyPress): () => void {
  return () => parts.zoom(0.8);
}

function singleKey(event: KeyboardEvent, parts: KeyParts): (() => void) | null {
  const { act } = parts;
  const state = act.state();
  const findings = state.detail?.result?.findings.length ?? 0;
  const press = { act, parts, state, findings, isShifted: event.shiftKey };
  const action = SINGLE_KEYS[event.code];
  return action === undefined ? digitKey(event.code, press) : action(press);
}

function digitKey(code: string, { act, state, findings }: KeyPress): (() => void) | null {
  const number = Number(/^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1] ?? 0);
  if (number === 0) return null;
  if (state.mode.type === 'reason' || state.mode.type === 'missed') return () => act.choose(number - 1);
  return number <= findings ? () => act.finding(number - 1) : null;
}
