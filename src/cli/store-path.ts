import { loadConfig } from '../config/load-config.ts';
import { configSchema, type Config } from '../config/schema.ts';

/** The hospital of a configuration; the default one without it. */
export async function siteOf(config: string | undefined): Promise<Config['site']> {
  if (config === undefined) return configSchema.shape.site.parse({});
  return (await loadConfig(config)).site;
}

/** The store section of a configuration; the defaults without one. */
export async function storeSettingsOf(config: string | undefined): Promise<Config['store']> {
  return config === undefined ? configSchema.shape.store.parse({}) : (await loadConfig(config)).store;
}

/** The store of a configuration; the default store without one. */
export async function storePathOf(config: string | undefined): Promise<string> {
  return (await storeSettingsOf(config)).path;
}
