import type { JSX } from 'preact';
import type { Quality } from '../../contract/api/quality.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import { TechLane } from '../shared/page/tech-lane.tsx';
import { AckPlot } from './ack-plot.tsx';
import { DayPlot } from './day-plot.tsx';
import { GroupPlot } from './group-plot.tsx';
import { PpvPlot } from './ppv-plot.tsx';
import { qualityWords } from '../i18n/quality/words.ts';
import { wordsFor } from '../i18n/words-for.ts';
import { DriftPlot, LatencyPlot, PositivityPlot } from './score-plots.tsx';
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

/** How well the alerts were borne out, how fast they were seen, and whether the scores are what they were. */
export function QualityPage({
  view,
  quality,
  isLive,
  range,
  onRange,
  comparison,
}: QualityPageProps): JSX.Element {
  const { words } = view;
  const own = wordsFor(qualityWords, words.language);
  const number = new Intl.NumberFormat(words.locale);
  const judged = quality?.weeks.reduce((sum, week) => sum + week.confirmed + week.refuted, 0) ?? 0;
  const all = judged + (quality?.weeks.reduce((sum, week) => sum + week.unjudged, 0) ?? 0);
  return (
    <main class="page quality">
      {!isLive && <TechLane alarms={[]} isLive={false} words={words} hasLink={false} />}
      <header>
        <h1>{words.pages.quality}</h1>
        <p role="status">
          {quality !== null && own.summary(own.range[range], number.format(all), number.format(judged))}
        </p>
        <div class="ranges" role="group" aria-label={own.rangeLabel}>
          {RANGES.map((one) => (
            <button key={one} type="button" aria-pressed={one === range} onClick={() => onRange(one)}>
              {own.range[one]}
            </button>
          ))}
        </div>
      </header>
      {quality !== null && (
        <div class="plots">
          <PpvPlot {...{ quality, own, view }} />
          <GroupPlot {...{ quality, own, view }} />
          <DayPlot {...{ quality, own, view }} />
          <AckPlot {...{ quality, own, view }} />
          <DriftPlot {...{ quality, own, view }} />
          <SensitivityPlot {...{ quality, own }} />
          <PositivityPlot {...{ quality, own, view }} />
          <LatencyPlot {...{ quality, own, view }} />
          {comparison}
        </div>
      )}
    </main>
  );
}
