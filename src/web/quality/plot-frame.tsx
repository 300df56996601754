import type { JSX } from 'preact';
import { siteShortDate } from '../shared/site-time.ts';
import { usableTimeZone } from '../shared/usable-time-zone.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import type { QualityWords } from '../i18n/quality/en.ts';
import type { QualityWeek } from '../../contract/api/quality.ts';
import { Text } from './plot.tsx';
import type { PlotSize } from './plot.tsx';

/** The edges of the area that a plot draws into, in pixels; axis labels lie outside. */
export interface PlotFrame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** From the bottom of a frame to the baseline of the labels under it. */
const LABEL_DROP = 20;
const WEEK_LABEL_PX = 40;
const WEEK_LABEL_STEP_PX = 56;
/** Up to this many weeks the axis shows days, not months. */
const MAX_WEEKS_BY_DAY = 8;

/** Creates a frame with these margins and space for the axis labels below. */
export function frameIn(
  size: PlotSize,
  margins: { readonly left: number; readonly right: number; readonly top: number },
): PlotFrame {
  return {
    left: margins.left,
    right: size.width - margins.right,
    top: margins.top,
    bottom: size.height - LABEL_DROP - 4,
  };
}

interface GridlinesProps {
  readonly frame: PlotFrame;
  readonly lines: readonly { readonly y: number; readonly label: string }[];
  readonly labelGap?: number;
}

/** Horizontal lines with their values at the left. */
export function Gridlines({ frame, lines, labelGap = 8 }: GridlinesProps): JSX.Element {
  return (
    <>
      {lines.map(({ y, label }) => (
        <g key={y}>
          <path d={`M${frame.left} ${y}H${frame.right}`} stroke="var(--line)" />
          <Text x={frame.left - labelGap} y={y + 4} anchor="end">
            {label}
          </Text>
        </g>
      ))}
    </>
  );
}

interface DayAxisProps {
  readonly start: number;
  readonly frame: PlotFrame;
  readonly own: QualityWords;
  readonly view: PageView;
}

/** The first day at the left, today at the right. */
export function DayAxis({ start, frame, own, view }: DayAxisProps): JSX.Element {
  const y = frame.bottom + LABEL_DROP;
  return (
    <>
      <Text x={frame.left} y={y}>
        {siteShortDate(start, view.facts.site.timezone, view.words.locale)}
      </Text>
      <Text x={frame.right} y={y} anchor="end">
        {own.today}
      </Text>
    </>
  );
}

interface WeekAxisProps {
  readonly weeks: readonly Pick<QualityWeek, 'start'>[];
  readonly frame: PlotFrame;
  readonly view: PageView;
}

/** Months, or days if there are few weeks, under a plot of weeks. */
export function WeekAxis({ weeks, frame, view }: WeekAxisProps): JSX.Element {
  const step = (frame.right - frame.left) / Math.max(1, weeks.length);
  return (
    <>
      {weekLabels(weeks, frame, view).map(({ label, index }) => (
        <Text key={index} x={frame.left + index * step} y={frame.bottom + LABEL_DROP}>
          {label}
        </Text>
      ))}
    </>
  );
}

interface WeekLabel {
  readonly label: string;
  readonly index: number;
}

/** One label where a month or day begins, as many as fit. */
function weekLabels(
  weeks: WeekAxisProps['weeks'],
  { left, right }: PlotFrame,
  { words, facts }: PageView,
): readonly WeekLabel[] {
  const format = new Intl.DateTimeFormat(words.locale, {
    month: 'short',
    timeZone: usableTimeZone(facts.site.timezone),
    ...(weeks.length <= MAX_WEEKS_BY_DAY ? { day: 'numeric' } : {}),
  });
  const labels = weeks.map(({ start }) => format.format(new Date(start)));
  const changes = labels.flatMap((label, index) =>
    index === 0 || label !== labels[index - 1] ? [{ label, index }] : [],
  );
  const room = Math.max(1, Math.floor((right - left) / WEEK_LABEL_STEP_PX));
  const every = Math.max(1, Math.ceil(changes.length / room));
  const step = (right - left) / Math.max(1, weeks.length);
  return changes.filter(({ index }, number) => {
    const next = changes[number + every]?.index;
    // A label that would overlap the next one is left out.
    const isCrowded = next !== undefined && (next - index) * step < WEEK_LABEL_PX;
    return number % every === 0 && !isCrowded;
  });
}
