import type { ComponentChildren, JSX } from 'preact';
import type { Priority } from '../../../contract/alert.ts';

const STROKES: Readonly<Record<Priority, number>> = { high: 3, medium: 2, low: 1 };
const STROKE_STEP = 34;

/** As many exclamation strokes as the priority has: read from five metres by count and shape, not by hue. */
export function Strokes({ priority }: { readonly priority: Priority }): JSX.Element {
  const count = STROKES[priority];
  return (
    <svg
      class="strokes"
      viewBox={`0 0 ${count * STROKE_STEP - 10} 100`}
      fill="currentColor"
      aria-hidden="true"
    >
      {Array.from({ length: count }, (_, index) => (
        <path
          key={index}
          transform={`translate(${index * STROKE_STEP})`}
          d="M0 0h24l-4.200 66H4.200zM2 78h20v22H2z"
        />
      ))}
    </svg>
  );
}

function Line(props: {
  readonly size: number;
  readonly width: number;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <svg
      class="icon"
      viewBox={`0 0 ${props.size} ${props.size}`}
      fill="none"
      stroke="currentColor"
      stroke-width={props.width}
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {props.children}
    </svg>
  );
}

export function TickInCircle(): JSX.Element {
  return (
    <Line size={48} width={4}>
      <circle cx="24" cy="24" r="20" />
      <path d="m15 24.500 6.500 6.500L34 18" />
    </Line>
  );
}

export function Tick(): JSX.Element {
  return (
    <Line size={48} width={5}>
      <path d="m8 25 11 11 21-23" stroke-linejoin="miter" />
    </Line>
  );
}

/** Withdrawn: a line through. */
export function Withdrawn(): JSX.Element {
  return (
    <Line size={48} width={5}>
      <path d="M10 38 38 10" />
    </Line>
  );
}

export function SoundIcon(): JSX.Element {
  return (
    <Line size={48} width={4}>
      <path d="M6 18h9l11-9v30l-11-9H6z" />
      <path d="M33 17c4 4 4 10 0 14M38.500 11c7.500 7.500 7.500 18.500 0 26" stroke-linecap="round" />
    </Line>
  );
}

export function SilenceIcon(): JSX.Element {
  return (
    <Line size={48} width={4}>
      <path d="M6 18h9l11-9v30l-11-9H6z" />
      <path d="m34 19 10 10m0-10L34 29" stroke-linecap="round" />
    </Line>
  );
}

export function ImageIcon(): JSX.Element {
  return (
    <Line size={48} width={3.5}>
      <rect x="9" y="5" width="30" height="38" />
      <path d="M19 13c-2-3 3-5 5-2 2-3 7-1 5 2l-2 5v12l2 5c2 3-3 5-5 2-2 3-7 1-5-2l2-5V18z" />
    </Line>
  );
}

/** A radiograph, struck through: no image is being analysed. */
export function NoImageIcon(): JSX.Element {
  return (
    <Line size={120} width={10}>
      <path d="M28 8h64v104H28z" stroke-linejoin="miter" />
      <path d="M8 100 112 20" />
    </Line>
  );
}

export function BadgeIcon(): JSX.Element {
  return (
    <Line size={120} width={5}>
      <path d="M16 34h60v78H16zM36 34V20h20v14" stroke-linejoin="miter" />
      <circle cx="46" cy="62" r="10" />
      <path d="M30 96c0-20 32-20 32 0M88 58c6 8 6 22 0 30M98 48c12 14 12 36 0 50" stroke-linecap="round" />
    </Line>
  );
}

export function BrokenLinkIcon(): JSX.Element {
  return (
    <Line size={120} width={10}>
      <path d="M50 34 62 22a22 22 0 0 1 32 32L82 66M70 86 58 98a22 22 0 0 1-32-32l12-12" />
      <path d="M40 40 24 24M80 80l16 16M46 22V6M22 46H6M98 74h16M74 98v16" />
    </Line>
  );
}

export function LinkingIcon(): JSX.Element {
  return (
    <Line size={120} width={10}>
      <path d="M52 32 62 22a22 22 0 0 1 36 36L88 68M68 88 58 98a22 22 0 0 1-36-36l10-10M46 74l28-28" />
    </Line>
  );
}

export function PowerIcon(): JSX.Element {
  return (
    <Line size={120} width={11}>
      <path d="M60 10v48" />
      <path d="M36 26a42 42 0 1 0 48 0" />
    </Line>
  );
}

export function PastIcon(): JSX.Element {
  return (
    <Line size={120} width={10}>
      <path d="M28 28a45 45 0 1 0 26-13M60 34v28l20 14" />
      <path d="M28 6v24h24" stroke-linejoin="miter" />
    </Line>
  );
}

export function PhoneIcon(): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 48 48" fill="currentColor" aria-hidden="true">
      <path d="M14 4 6 9c-1 14 19 34 33 33l5-8-10-8-6 4c-4-2-8-6-10-10l4-6z" />
    </svg>
  );
}
