import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ModelChoice, RerunState } from '../../contract/api/reruns.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import { shiftDay, siteDay, startOfSiteDay } from '../shared/site-time.ts';
import { qualityWords } from '../i18n/quality/words.ts';
import { wordsFor } from '../i18n/words-for.ts';
import type { QualityWords } from '../i18n/quality/en.ts';

interface ComparisonProps {
  readonly view: PageView;
  readonly models: readonly ModelChoice[];
  readonly state: RerunState | null;
  readonly onStart: (model: string, since: number) => void;
  readonly onStop: () => void;
}

/** Stored images through another model, beside what the present one said of them. */
export function ComparisonPlot({ view, models, state, onStart, onStop }: ComparisonProps): JSX.Element {
  const own = wordsFor(qualityWords, view.words.language);
  const { timezone } = view.facts.site;
  const [since, setSince] = useState(() => shiftDay(siteDay(view.now, timezone), -30));
  const other = models.find(({ isActive }) => !isActive) ?? models[0];
  const [chosen, setChosen] = useState<string | null>(null);
  const model = chosen ?? other?.name ?? '';
  const isRunning = state?.job?.isRunning === true;
  return (
    <section class="plot" id="compare">
      <h2>{titleOf(state, own)}</h2>
      <p>{own.compareDetail}</p>
      <form
        class="compare"
        onSubmit={(event) => {
          event.preventDefault();
          if (isRunning) onStop();
          else onStart(model, startOfSiteDay(since, timezone));
        }}
      >
        <label>
          {own.compareModel}
          <select
            value={model}
            disabled={isRunning}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            {models.map(({ name, version }) => (
              <option key={name} value={name}>
                {name} {version}
              </option>
            ))}
          </select>
        </label>
        <label>
          {own.compareSince}
          <input
            type="date"
            required
            value={since}
            disabled={isRunning}
            onChange={(event) => setSince(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="btn" disabled={models.length === 0}>
          {isRunning ? own.compareStop : own.compareStart}
        </button>
        <p role="status">{progressOf(state, view, own)}</p>
      </form>
      <Outcome state={state} own={own} />
    </section>
  );
}

function titleOf(state: RerunState | null, own: QualityWords): string {
  const all = totalOf(state);
  const { comparison } = state ?? {};
  if (comparison == null || all === 0) return own.compareTitle;
  return own.agreement((((comparison.both + comparison.neither) / all) * 100).toFixed(1));
}

function progressOf(state: RerunState | null, { words }: PageView, own: QualityWords): string {
  const { job } = state ?? {};
  if (job == null) return '';
  const number = new Intl.NumberFormat(words.locale);
  return job.isRunning
    ? own.comparing(number.format(job.done), number.format(job.total))
    : own.compareDone(number.format(totalOf(state)));
}

/** Four kinds of images, each as long as there are many of it, and links to those on which the models differ. */
function Outcome({
  state,
  own,
}: {
  readonly state: RerunState | null;
  readonly own: QualityWords;
}): JSX.Element | null {
  const { comparison } = state ?? {};
  const all = totalOf(state);
  if (comparison == null || all === 0) return null;
  const kinds = [
    [own.both, comparison.both, 'both'],
    [own.onlyFirst, comparison.firstOnly, 'differs'],
    [own.onlySecond, comparison.secondOnly, 'differs'],
    [own.neither, comparison.neither, 'both'],
  ] as const;
  return (
    <div class="kinds">
      <dl>
        {kinds.map(([name, count, kind]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <i class={kind} style={{ width: `${(count / all) * 100}%` }} />
            </dd>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
      {comparison.differing.length > 0 && (
        <p class="differing">
          {own.differing}:{' '}
          {comparison.differing.slice(0, 20).map((id) => (
            <a key={id} href={`/console?image=${id}`}>
              {id}
            </a>
          ))}
        </p>
      )}
    </div>
  );
}

function totalOf(state: RerunState | null): number {
  const { comparison } = state ?? {};
  if (comparison == null) return 0;
  return comparison.both + comparison.firstOnly + comparison.secondOnly + comparison.neither;
}
