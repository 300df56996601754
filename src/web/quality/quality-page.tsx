import type { JSX } from 'preact';
import type { Quality } from '../../contract/api/quality.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import { TechLane } from '../shared/page/tech-lane.tsx';
import { AckPlot } from './ack-plot.tsx';
import { DayPlot } from './day-plot.tsx';
import { DriftPlot } from './drift-plot.tsx';
import { GroupPlot } from './group-plot.tsx';
import { LatencyPlot } from './latency-plot.tsx';
import { PositivityPlot } from './positivity-plot.tsx';
import { PpvPlot } from './ppv-plot.tsx';
import { qualityWords } from '../i18n/quality/words.ts';
import { wordsFor } from '../i18n/words-for.ts';
import type { QualityWords } from '../i18n/quality/en.ts';
import { SensitivityPlot } from './sensitivity-plot.tsx';

export type Range = '4' | '26' | 'all';

interface QualityPageProps {
  readonly view: PageView;
  readonly quality: Quality | null;
  readonly isLive: boolean;
  readonly range: Range;
  readonly onRange: (range: Range) => void;
  readonly comparison: JSX.Element | null;
}

const RANGES: readonly Range[] = ['4', '26', 'all'];

/** How many alerts were right, how fast they were acknowledged, and whether the scores have changed. */
export function QualityPage({ view, quality, isLive, comparison, ...choice }: QualityPageProps): JSX.Element {
  const { words } = view;
  const own = wordsFor(qualityWords, words.language);
  return (
    <main class="page quality">
      {!isLive && <TechLane alarms={[]} isLive={false} words={words} hasLink={false} />}
      <header>
        <h1>{words.pages.quality}</h1>
        <p role="status">{quality !== null && summaryOf(quality, choice.range, { own, view })}</p>
        <Ranges own={own} range={choice.range} onRange={choice.onRange} />
      </header>
      {quality !== null && (
        <div class="plots">
          <PpvPlot quality={quality} own={own} view={view} />
          <GroupPlot quality={quality} own={own} view={view} />
          <DayPlot quality={quality} own={own} view={view} />
          <AckPlot quality={quality} own={own} view={view} />
          <DriftPlot quality={quality} own={own} view={view} />
          <SensitivityPlot quality={quality} own={own} />
          <PositivityPlot quality={quality} own={own} view={view} />
          <LatencyPlot quality={quality} own={own} view={view} />
          {comparison}
        </div>
      )}
    </main>
  );
}

function summaryOf(
  { weeks }: Quality,
  range: Range,
  { own, view }: { readonly own: QualityWords; readonly view: PageView },
): string {
  const number = new Intl.NumberFormat(view.words.locale);
  const reviewed = weeks.reduce((sum, week) => sum + week.confirmed + week.refuted, 0);
  const all = reviewed + weeks.reduce((sum, week) => sum + week.withoutVerdict, 0);
  return own.summary(own.range[range], number.format(all), number.format(reviewed));
}

interface RangesProps {
  readonly own: QualityWords;
  readonly range: Range;
  readonly onRange: (range: Range) => void;
}

function Ranges({ own, range, onRange }: RangesProps): JSX.Element {
  return (
    <div class="ranges" role="group" aria-label={own.rangeLabel}>
      {RANGES.map((one) => (
        <button key={one} type="button" aria-pressed={one === range} onClick={() => onRange(one)}>
          {own.range[one]}
        </button>
      ))}
    </div>
  );
}
