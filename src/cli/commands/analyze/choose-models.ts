import { basename, dirname, resolve } from 'node:path';
import { loadConfig } from '../../../config/load-config.ts';
import { configSchema, type Config } from '../../../config/schema.ts';

/**
 * What a command without a daemon analyses with: a configuration file's models, scope and thresholds, or the defaults;
 * `model`, a name or a folder, takes the place of its models.
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

/** Without a configuration nothing better than the CPU was asked for, so nothing is degraded. */
function defaults(): Pick<Config, 'models' | 'scope' | 'alerts'> {
  const { shape } = configSchema;
  return {
    models: shape.models.parse({ executionProviders: ['cpu'] }),
    scope: shape.scope.parse({}),
    alerts: shape.alerts.parse({}),
  };
}
