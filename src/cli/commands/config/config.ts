import { readFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { z } from 'zod';
import { checkConfig, formatFault, loadConfig } from '../../../config/load-config.ts';
import { configSchema } from '../../../config/schema.ts';
import { BonewatchError } from '../../../contract/errors.ts';
import { mosquittoAcl, mosquittoConf, mosquittoUsers } from './mosquitto-config.ts';
import { EXIT, print, printFile, printJson } from '../../terminal.ts';

/** `config check`: every fault on a line of its own, with its place in the file. */
export async function checkConfigFile(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new BonewatchError('CONFIG_INVALID', `${file} cannot be read.`, { cause });
  });
  const { config, faults } = checkConfig(text);
  if (config) {
    print(`${file}: no faults`);
    return EXIT.ok;
  }
  for (const fault of faults) print(formatFault(file, fault));
  return EXIT.badConfig;
}

/** `config print`: the configuration with every default filled in, as YAML. */
export async function printConfig(file: string): Promise<number> {
  printFile(stringify(await loadConfig(file)));
  return EXIT.ok;
}

/** `config schema`: the JSON Schema of the configuration, for editors. */
export function printConfigSchema(): number {
  printJson(z.toJSONSchema(configSchema, { io: 'input' }), 2);
  return EXIT.ok;
}

export type MosquittoPart = 'conf' | 'acl' | 'users';

/** `config mosquitto`: one of the files that Mosquitto needs to serve the wards of this configuration. */
export async function printMosquitto(file: string, { part }: { part: MosquittoPart }): Promise<number> {
  const config = await loadConfig(file);
  if (part === 'conf') printFile(mosquittoConf());
  else if (part === 'acl') printFile(mosquittoAcl(config));
  else printFile(mosquittoUsers(config).join('\n'));
  return EXIT.ok;
}
