import { createMetrics } from '../src/health/create-metrics.ts';
import { code, pageHead, table } from './markdown.ts';

/** The page of metrics, from the registry that serves them. */
export function renderMetrics(): string {
  using metrics = createMetrics('0.0.0');
  const own = metrics.describe().filter(({ name }) => name.startsWith('bonewatch_'));
  const rows = own.map(({ name, type, labels, help }) => [
    code(name),
    type,
    labels.map(code).join(', ') || '–',
    help,
  ]);
  return [
    pageHead('Health and metrics', '`src/health/create-metrics.ts`'),
    'On `health.listen` (this machine only, by default) the daemon answers without sign-in and without patient data:\n',
    '- `/health`: every check with its state (`ok`, `degraded`, `failed`) and a sentence; 503 as soon as one has failed.',
    '- `/ready`: the same for what an image needs: model, engine, inbox, store. 503 until all of them are there.',
    '- `/metrics`: for Prometheus, in base units. A number that cannot be read is left out; it is never 0 instead.\n',
    table(['metric', 'type', 'labels', 'meaning'], rows),
    'In addition: the usual `process_*` and `nodejs_*` metrics of the daemon.\n',
  ].join('\n');
}
