import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ModelChoice, RerunState } from '../../contract/api/reruns.ts';
import type { PageView } from '../shared/page/run-page.tsx';
import { shiftDay, siteDay, startOfSiteDay } from '../shared/site-time.ts';
import { qualityWords } from '../i18n/quality/words.ts';
import { wordsFor } from '../i18n/words-for.ts';
import type { QualityWords } from '../i18n/quality/en.ts';

/** How far back a comparison goes unless another day is chosen. */
const DEFAULT_DAYS = 30;
const MAX_LINKS = 20;

interface ComparisonProps {
  readonly view: PageView;
  readonly models: readonly ModelChoice[];
  readonly state: RerunState | null;
  readonly onStart: (model: string, since: number) => void;
  readonly onStop: () => void;
}

/** The results of another model on stored images, compared with those of the current one. */
export function ComparisonPlot({ view, models, state, onStart, onStop }: ComparisonProps): JSX.Element {
  const own = wordsFor(qualityWords, view.words.language);
  return (
    <section class="plot" id="compare">
      <h2>{titleOf(state, own)}</h2>
      <p>{own.compareDetail}</p>
      <ComparisonForm
        view={view}
        models={models}
        isRunning={state?.job?.isRunning === true}
        progress={progressOf(state, view, own)}
        onStart={onStart}
        onStop={onStop}
      />
      <Outcome state={state} own={own} />
    </section>
  );
}

interface ComparisonFormProps extends Omit<ComparisonProps, 'state'> {
  readonly isRunning: boolean;
  readonly progress: string;
}

/** The choice of model and first day; the same button starts and stops. */
function ComparisonForm({
  view,
  models,
  isRunning,
  progress,
  onStart,
  onStop,
}: ComparisonFormProps): JSX.Element {
  const own = wordsFor(qualityWords, view.words.language);
  const { timezone } = view.facts.site;
  const [since, setSince] = useState(() => shiftDay(siteDay(view.now, timezone), -DEFAULT_DAYS));
  const [chosen, setChosen] = useState<string | null>(null);
  const other = models.find(({ isActive }) => !isActive) ?? models[0];
  const model = chosen ?? other?.name ?? '';
  return (
    <form
      class="compare"
      onSubmit={(event) => {
        event.preventDefault();
        if (isRunning) onStop();
        else onStart(model, startOfSiteDay(since, timezone));
      }}
    >
      <ModelSelect own={own} models={models} value={model} isDisabled={isRunning} onValue={setChosen} />
      <SinceField own={own} value={since} isDisabled={isRunning} onValue={setSince} />
      <button type="submit" class="btn" disabled={models.length === 0}>
        {isRunning ? own.compareStop : own.compareStart}
      </button>
      <p role="status">{progress}</p>
    </form>
  );
}

interface FieldProps {
  readonly own: QualityWords;
  readonly value: string;
  readonly isDisabled: boolean;
  readonly onValue: (value: string) => void;
}

function ModelSelect({
  own,
  models,
  value,
  isDisabled,
  onValue,
}: FieldProps & { readonly models: readonly ModelChoice[] }): JSX.Element {
  return (
    <label>
      {own.compareModel}
      <select value={value} disabled={isDisabled} onChange={(event) => onValue(event.currentTarget.value)}>
        {models.map(({ name, version }) => (
          <option key={name} value={name}>
            {name} {version}
          </option>
        ))}
      </select>
    </label>
  );
}

function SinceField({ own, value, isDisabled, onValue }: FieldProps): JSX.Element {
  return (
    <label>
      {own.compareSince}
      <input
        type="date"
        required
        value={value}
        disabled={isDisabled}
        onChange={(event) => onValue(event.currentTarget.value)}
      />
    </label>
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

/** How many images of each of four kinds, and links to those on which the models differ. */
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
      <DifferingImages ids={comparison.differing} own={own} />
    </div>
  );
}

function DifferingImages({
  ids,
  own,
}: {
  readonly ids: readonly number[];
  readonly own: QualityWords;
}): JSX.Element | null {
  if (ids.length === 0) return null;
  return (
    <p class="differing">
      {own.differing}:{' '}
      {ids.slice(0, MAX_LINKS).map((id) => (
        <a key={id} href={`/console?image=${id}`}>
          {id}
        </a>
      ))}
    </p>
  );
}

function totalOf(state: RerunState | null): number {
  const { comparison } = state ?? {};
  if (comparison == null) return 0;
  return comparison.both + comparison.firstOnly + comparison.secondOnly + comparison.neither;
}
