import { loadConfig } from '../config/load-config.ts';
import { configSchema } from '../config/schema.ts';

/** The store of a configuration; the default store without one. */
export async function storePathOf(config: string | undefined): Promise<string> {
  if (config === undefined) return configSchema.shape.store.parse({}).path;
  return (await loadConfig(config)).store.path;
}
