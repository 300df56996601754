import type { JSX } from 'preact';
import type { Quality } from '../../contract/api/quality.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import { lineOf, Plot, Text, topOf } from './plot.tsx';
import type { PlotSize } from './plot.tsx';
import type { QualityWords } from '../i18n/quality/en.ts';
import { WeekAxis } from './week-axis.tsx';

interface ScorePlotProps {
  readonly quality: Quality;
  readonly own: QualityWords;
  readonly view: PageView;
}

const BASE_WEEKS = 8;
const RECENT_WEEKS = 3;

/** The images' scores week by week, against the first weeks: a camera or a model that changed shows here. */
export function DriftPlot({ quality, own, view }: ScorePlotProps): JSX.Element {
  const hasAny = quality.weeks.some(({ scores }) => scores !== null);
  return (
    <Plot
      name="drift"
      title={own.driftTitle(quality.drift)}
      detail={own.driftDetail}
      empty={own.nothingYet}
      draw={hasAny ? (size) => <Drift {...{ quality, own, view, size }} /> : null}
    />
  );
}

function Drift({ quality, own, view, size }: ScorePlotProps & { readonly size: PlotSize }): JSX.Element {
  const { weeks, drift } = quality;
  const [left, right, top, bottom] = [30, size.width - 8, 24, size.height - 24];
  const wide = (right - left) / weeks.length;
  const x = (index: number): number => left + (index + 0.5) * wide;
  const y = (score: number): number => bottom - score * (bottom - top);
  const filled = weeks.flatMap(({ scores }, index) => (scores === null ? [] : [{ scores, index }]));
  const base = filled.slice(0, BASE_WEEKS);
  const low = mean(base.map(({ scores }) => scores[1] ?? 0));
  const high = mean(base.map(({ scores }) => scores[3] ?? 0));
  const isDrifting = drift !== null && drift > 0.1;
  return (
    <>
      {[0, 0.5, 1].map((score) => (
        <g key={score}>
          <path d={`M${left} ${y(score)}H${right}`} stroke="var(--line)" />
          <Text x={left - 8} y={y(score) + 4} anchor="end">
            {score}
          </Text>
        </g>
      ))}
      <rect
        x={left}
        y={y(high)}
        width={right - left}
        height={Math.max(1, y(low) - y(high))}
        fill="none"
        stroke="var(--edge)"
        stroke-dasharray="2 4"
      />
      {filled.map(({ scores, index }, number) => {
        const isHot = isDrifting && number >= filled.length - RECENT_WEEKS;
        const colour = isHot ? 'var(--bone)' : 'var(--ink-3)';
        const [p05 = 0, p25 = 0, p50 = 0, p75 = 0, p95 = 0] = scores;
        return (
          <g key={index}>
            <path d={`M${x(index)} ${y(p05)}V${y(p95)}`} stroke={colour} opacity=".8" />
            <rect
              x={x(index) - wide * 0.3}
              y={y(p75)}
              width={wide * 0.6}
              height={Math.max(1, y(p25) - y(p75))}
              fill={colour}
              opacity={isHot ? 1 : 0.55}
            />
            <path
              d={`M${x(index) - wide * 0.3} ${y(p50)}h${wide * 0.6}`}
              stroke={isHot ? 'var(--on-bone)' : 'var(--ink)'}
              stroke-width="2"
            />
          </g>
        );
      })}
      {drift !== null && (
        <Text x={right} y={12} kind={isDrifting ? 'bone' : ''} anchor="end">
          {own.psi(drift.toFixed(2))}
        </Text>
      )}
      <WeekAxis
        {...{ weeks, left, right }}
        y={size.height - 4}
        locale={view.words.locale}
        timezone={view.facts.site.timezone}
      />
    </>
  );
}

/** The share of images with a finding, week by week. */
export function PositivityPlot({ quality, own, view }: ScorePlotProps): JSX.Element {
  const images = quality.weeks.reduce((sum, week) => sum + week.images, 0);
  const found = quality.weeks.reduce((sum, week) => sum + week.found, 0);
  return (
    <Plot
      name="positivity"
      title={images === 0 ? own.nothingYet : own.positivityTitle(((found / images) * 100).toFixed(1))}
      detail={own.positivityDetail}
      empty={own.nothingYet}
      draw={images === 0 ? null : (size) => <Positivity {...{ quality, own, view, size }} />}
    />
  );
}

function Positivity({ quality, view, size }: ScorePlotProps & { readonly size: PlotSize }): JSX.Element {
  const { weeks } = quality;
  const [left, right, top, bottom] = [36, size.width - 8, 10, size.height - 24];
  const shares = weeks.map(({ images, found }) => (images === 0 ? null : found / images));
  const most = topOf(shares.map((share) => share ?? 0));
  const wide = (right - left) / weeks.length;
  const y = (share: number): number => bottom - (share / most) * (bottom - top);
  return (
    <>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <path d={`M${left} ${y(share * most)}H${right}`} stroke="var(--line)" />
          <Text x={left - 8} y={y(share * most) + 4} anchor="end">
            {(share * most).toFixed(2)}
          </Text>
        </g>
      ))}
      {shares.map((share, index) =>
        share === null ? null : (
          <rect
            key={index}
            x={left + index * wide + wide * 0.2}
            y={y(share)}
            width={wide * 0.6}
            height={Math.max(1, bottom - y(share))}
            fill={index === weeks.length - 1 ? 'var(--bone)' : 'var(--edge)'}
          />
        ),
      )}
      <WeekAxis
        {...{ weeks, left, right }}
        y={size.height - 4}
        locale={view.words.locale}
        timezone={view.facts.site.timezone}
      />
    </>
  );
}

/** How long an image waits for its answer. */
export function LatencyPlot({ quality, own, view }: ScorePlotProps): JSX.Element {
  const last = quality.weeks.findLast(({ latencyMs }) => latencyMs !== null)?.latencyMs ?? null;
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  return (
    <Plot
      name="latency"
      title={last === null ? own.nothingYet : own.latencyTitle(seconds(last.p50), seconds(last.p95))}
      detail={own.latencyDetail}
      empty={own.nothingYet}
      draw={last === null ? null : (size) => <Latency {...{ quality, own, view, size }} />}
    />
  );
}

function Latency({ quality, own, view, size }: ScorePlotProps & { readonly size: PlotSize }): JSX.Element {
  const { weeks } = quality;
  const [left, right, top, bottom] = [42, size.width - 8, 10, size.height - 24];
  const known = weeks.flatMap(({ latencyMs }, index) =>
    latencyMs === null ? [] : [{ ...latencyMs, index }],
  );
  const most = Math.max(1000, ...known.map(({ p95 }) => p95)) * 1.1;
  const wide = (right - left) / weeks.length;
  const x = (index: number): number => left + (index + 0.5) * wide;
  const y = (ms: number): number => bottom - (ms / most) * (bottom - top);
  return (
    <>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <path d={`M${left} ${y(share * most)}H${right}`} stroke="var(--line)" />
          <Text x={left - 8} y={y(share * most) + 4} anchor="end">
            {own.seconds(
              Math.round(share * most) / 1000 >= 10
                ? Math.round((share * most) / 1000)
                : Math.round((share * most) / 100) / 10,
            )}
          </Text>
        </g>
      ))}
      {known.map(({ p50, p95, index }) => (
        <path
          key={index}
          d={`M${x(index)} ${y(p50)}V${y(p95)}`}
          stroke="var(--edge)"
          stroke-width={Math.max(2, wide * 0.4)}
        />
      ))}
      <path
        d={lineOf(known.map(({ p50, index }) => [x(index), y(p50)]))}
        fill="none"
        stroke="var(--bone)"
        stroke-width="2.5"
      />
      <WeekAxis
        {...{ weeks, left, right }}
        y={size.height - 4}
        locale={view.words.locale}
        timezone={view.facts.site.timezone}
      />
    </>
  );
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
