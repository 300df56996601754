import { basename, dirname, resolve } from 'node:path';
import { loadConfig } from '../../../config/load-config.ts';
import { configSchema, type Config } from '../../../config/schema.ts';

/**
 * The models, scope and thresholds of a command that runs without the daemon: those of a configuration file, or the
 * defaults; `model`, a name or a folder, replaces the models.
 */
export async function chooseModels({
  config,
  model,
}: {
  readonly config?: string | undefined;
  readonly model?: string | undefined;
}): Promise<Pick<Config, 'models' | 'scope' | 'alerts'>> {
  const base = config === undefined ? defaults() : await loadConfig(config);
  if (model === undefined) return base;
  const isFolder = model.includes('/') || model === '.';
  const chosen = isFolder
    ? { directory: dirname(resolve(model)), active: [basename(resolve(model))] }
    : { active: [model] };
  return { ...base, models: { ...base.models, ...chosen } };
}

/** Without a configuration no accelerator is requested, so the result is not degraded. */
function defaults(): Pick<Config, 'models' | 'scope' | 'alerts'> {
  const { shape } = configSchema;
  return {
    models: shape.models.parse({ executionProviders: ['cpu'] }),
    scope: shape.scope.parse({}),
    alerts: shape.alerts.parse({}),
  };
}
