import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

const MIN_SCALE = 0.5;
const MAX_PASSES = 4;

interface FittedProps {
  readonly as: 'h1' | 'h2' | 'h3' | 'p';
  readonly class?: string;
  readonly children: ComponentChildren;
  /** Replaces the children if they do not fit at half the size. */
  readonly short?: ComponentChildren;
}

/**
 * One line of text that is never cut off: if it does not fit it shrinks, to half its size at most, then is replaced by
 * its short form, and then wraps.
 */
export function FitText({ as: Tag, class: name, short, children }: FittedProps): JSX.Element {
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
      {short === undefined || short === null ? (
        children
      ) : (
        <>
          <span class="full">{children}</span>
          <span class="short">{short}</span>
        </>
      )}
    </Tag>
  );
}

function fit(element: HTMLElement): void {
  element.style.fontSize = '';
  element.style.whiteSpace = '';
  element.classList.remove('is-short');
  if (isFitting(element) || getComputedStyle(element).whiteSpace !== 'nowrap') return;
  if (shrink(element)) return;
  element.classList.add('is-short');
  if (!shrink(element)) element.style.whiteSpace = 'normal';
}

/** Sets the largest size at which the text fits; false if it does not fit at half its size. */
function shrink(element: HTMLElement): boolean {
  element.style.fontSize = '';
  const size = Number.parseFloat(getComputedStyle(element).fontSize);
  let scale = 1;
  // Margins inside the line do not shrink with the text, so one pass may not be enough.
  for (let pass = 0; pass < MAX_PASSES && !isFitting(element); pass += 1) {
    scale = Math.max((scale * element.clientWidth) / element.scrollWidth, MIN_SCALE);
    element.style.fontSize = `${Math.floor(size * scale * 100) / 100}px`;
  }
  return isFitting(element);
}

function isFitting({ clientWidth, scrollWidth }: HTMLElement): boolean {
  return clientWidth === 0 || scrollWidth <= clientWidth;
}
