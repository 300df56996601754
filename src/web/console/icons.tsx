import type { ComponentChildren, JSX } from 'preact';

/** One to three strokes: the urgency, readable without colour. */
export function Strokes({ count }: { readonly count: 1 | 2 | 3 }): JSX.Element {
  return (
    <svg viewBox={`0 0 ${count * 34 - 10} 100`} fill="currentColor" aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <g key={index}>
          <path d={`M${index * 34} 0h24l-4 66h-16z`} />
          <rect x={index * 34 + 2} y="78" width="20" height="22" />
        </g>
      ))}
    </svg>
  );
}

export function Dash(): JSX.Element {
  return (
    <Line>
      <path d="M3 8h10" />
    </Line>
  );
}

export function Slashed(): JSX.Element {
  return (
    <Line>
      <circle cx="8" cy="8" r="6" />
      <path d="M4 12 12 4" />
    </Line>
  );
}

export function Crossed(): JSX.Element {
  return (
    <Line>
      <path d="M2.5 2.5h11v11h-11zM5.5 5.5l5 5m0-5-5 5" />
    </Line>
  );
}

/** Rotates slowly while an image is being analysed. */
export function Ring(): JSX.Element {
  return (
    <Line className="spin">
      <circle cx="8" cy="8" r="6" opacity=".3" />
      <path d="M8 2a6 6 0 0 1 6 6" />
    </Line>
  );
}

/** The line of a mark on the picture: solid red, dashed yellow or dotted bone-white. */
export function Swatch({ kind }: { readonly kind: 'likely' | 'suspected' | 'drawn' }): JSX.Element {
  return (
    <svg viewBox="0 0 20 20" class={`swatch ${kind}`} aria-hidden="true">
      <rect x="2" y="2" width="16" height="16" fill="none" stroke-width="2.4" />
    </svg>
  );
}

function Line({
  children,
  className = '',
}: {
  readonly children: ComponentChildren;
  readonly className?: string;
}): JSX.Element {
  return (
    <svg
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      class={className}
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}
