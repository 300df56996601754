import type { JSX } from 'preact';
import type { QualityWeek } from '../../contract/api/quality.ts';
import { Text } from './plot.tsx';

const LABEL_PX = 40;

/** Months, or days where there are few weeks, under a plot of weeks. */
export function WeekAxis({
  weeks,
  left,
  right,
  y,
  locale,
  timezone,
}: {
  readonly weeks: readonly Pick<QualityWeek, 'start'>[];
  readonly left: number;
  readonly right: number;
  readonly y: number;
  readonly locale: string;
  readonly timezone: string;
}): JSX.Element {
  const isShort = weeks.length <= 8;
  const format = new Intl.DateTimeFormat(locale, {
    month: 'short',
    timeZone: timezone,
    ...(isShort ? { day: 'numeric' } : {}),
  });
  const step = (right - left) / Math.max(1, weeks.length);
  const labels = weeks.map(({ start }) => format.format(new Date(start)));
  const shown = labels.flatMap((label, index) =>
    index === 0 || label !== labels[index - 1] ? [{ label, index }] : [],
  );
  const every = Math.max(1, Math.ceil(shown.length / Math.max(1, Math.floor((right - left) / 56))));
  return (
    <>
      {shown
        .filter(
          (one, number) => number % every === 0 && !isCrowded(one.index, shown[number + every]?.index, step),
        )
        .map(({ label, index }) => (
          <Text key={index} x={left + index * step} y={y}>
            {label}
          </Text>
        ))}
    </>
  );
}

/** A label that the next one would run into gives way. */
function isCrowded(index: number, next: number | undefined, step: number): boolean {
  return next !== undefined && (next - index) * step < LABEL_PX;
}
