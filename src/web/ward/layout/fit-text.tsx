import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

const MIN_SCALE = 0.5;

interface FittedProps {
  readonly as: 'h1' | 'h2' | 'h3' | 'p';
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** One line of text that is never cut off: if it does not fit it shrinks, to half its size at most, and then wraps. */
export function FitText({ as: Tag, class: name, children }: FittedProps): JSX.Element {
  const line = useRef<HTMLElement>(null);
  const fitted = useRef<string | null>(null);

  useLayoutEffect(() => {
    const element = line.current;
    if (element !== null && element.textContent !== fitted.current) {
      fitted.current = element.textContent;
      fit(element);
    }
  });

  useLayoutEffect(() => {
    const element = line.current;
    if (element === null || element.parentElement === null) return undefined;
    const observer = new ResizeObserver(() => fit(element));
    observer.observe(element.parentElement);
    void document.fonts.ready.then(() => fit(element));
    return () => observer.disconnect();
  }, []);

  return (
    <Tag ref={line as never} class={`fitted ${name ?? ''}`}>
      {children}
    </Tag>
  );
}

function fit(element: HTMLElement): void {
  element.style.fontSize = '';
  element.style.whiteSpace = '';
  const available = element.clientWidth;
  if (available === 0 || element.scrollWidth <= available) return;
  if (getComputedStyle(element).whiteSpace !== 'nowrap') return;
  const ratio = available / element.scrollWidth;
  const size = Number.parseFloat(getComputedStyle(element).fontSize);
  element.style.fontSize = `${Math.floor(size * Math.max(ratio, MIN_SCALE) * 100) / 100}px`;
  if (ratio < MIN_SCALE) element.style.whiteSpace = 'normal';
}
