import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/page/app.css';
import '../shared/page/tech-lane.css';
import '../shared/page/page.css';
import './quality.css';
import type { ModelChoice, RerunState } from '../../contract/api/reruns.ts';
import type { Quality } from '../../contract/api/quality.ts';
import { requestJson } from '../shared/server-request.ts';
import { runPage } from '../shared/page/run-page.tsx';
import { ComparisonPlot } from './comparison.tsx';
import { QualityPage } from './quality-page.tsx';
import type { Range } from './quality-page.tsx';

const EVERY_MS = 60_000;
const JOB_EVERY_MS = 1000;
const WEEKS: Readonly<Record<Range, number>> = { '4': 4, '26': 26, all: 260 };

let quality: Quality | null = null;
let isLive = true;
let range: Range = '26';
let models: readonly ModelChoice[] | null = null;
let reruns: RerunState | null = null;
const page = await runPage('quality', (view) => (
  <QualityPage
    view={view}
    quality={quality}
    isLive={isLive}
    range={range}
    onRange={onRange}
    comparison={
      models === null ? null : (
        <ComparisonPlot view={view} models={models} state={reruns} onStart={onStart} onStop={onStop} />
      )
    }
  />
));

function onRange(next: Range): void {
  range = next;
  void ask(false);
}

async function ask(isBackground: boolean): Promise<void> {
  const asked = range;
  const answer = await requestJson<Quality>(`/api/quality?weeks=${WEEKS[asked]}`, { isBackground }).catch(
    () => null,
  );
  if (asked !== range) return;
  isLive = answer !== null;
  quality = answer === null ? quality : withoutEmptyStart(answer);
  page.draw();
}

/** The range "all" begins with the first week that has data. */
function withoutEmptyStart(all: Quality): Quality {
  if (range !== 'all') return all;
  const first = all.weeks.findIndex(
    (week) => week.images + week.confirmed + week.refuted + week.withoutVerdict > 0,
  );
  return { ...all, weeks: all.weeks.slice(Math.max(0, Math.min(first, all.weeks.length - 4))) };
}

function onStart(model: string, since: number): void {
  void command({ method: 'POST', body: { model, since } });
}

function onStop(): void {
  void command({ method: 'DELETE' });
}

async function command(question: Parameters<typeof requestJson>[1]): Promise<void> {
  reruns = await requestJson<RerunState>('/api/reruns', question).catch(() => reruns);
  page.draw();
}

/** Only roles that may choose a model see the comparison. */
async function askModels(): Promise<void> {
  const answer = await requestJson<{ models: ModelChoice[] }>('/api/models', { isBackground: true }).catch(
    () => null,
  );
  models = answer?.models ?? null;
  if (models !== null) await command({ isBackground: true });
}

await Promise.all([ask(false), askModels()]);
setInterval(() => void ask(true), EVERY_MS);
setInterval(() => {
  if (reruns?.job?.isRunning === true) void command({ isBackground: true });
}, JOB_EVERY_MS);
