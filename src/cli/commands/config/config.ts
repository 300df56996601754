import { stringify } from 'yaml';
import { z } from 'zod';
import { formatFault, loadConfig, readConfig, type CheckedConfig } from '../../../config/load-config.ts';
import { configSchema, type Config } from '../../../config/schema.ts';
import { mosquittoAcl, mosquittoConf, mosquittoUsers } from './mosquitto-config.ts';
import { EXIT, print, printFile, printJson } from '../../terminal.ts';

/**
 * `config check`: every fault on a line of its own, with its place in the file. A valid file is compared with this
 * machine too, unless only the file is checked: exit 78 for faults of the file, 1 for those of the machine alone.
 */
export async function checkConfigFile(
  file: string,
  { fileOnly: isFileOnly = false }: { readonly fileOnly?: boolean } = {},
): Promise<number> {
  const checked = await readConfig(file);
  for (const fault of checked.faults) print(formatFault(file, fault));
  if (checked.config === null) return EXIT.badConfig;
  if (isFileOnly) return reportNoFaults(file);
  return compareWithMachine(file, checked);
}

async function compareWithMachine(
  file: string,
  { config, placeOf }: Extract<CheckedConfig, { readonly config: Config }>,
): Promise<number> {
  // Loaded only here: the other commands need no models and no certificates.
  const { machineFaults } = await import('./machine/machine-faults.ts');
  const faults = await machineFaults(config);
  if (faults.length === 0) return reportNoFaults(file);
  const found = faults
    .map(({ path, message }) => ({ ...placeOf(path), message }))
    .toSorted((a, b) => a.line - b.line);
  for (const fault of found)
    print(formatFault(file, { ...fault, message: `on this machine: ${fault.message}` }));
  print(`${file}: no faults in the file, ${faults.length} on this machine`);
  // A file system that does not answer would keep the process alive.
  process.exit(EXIT.failed);
}

function reportNoFaults(file: string): number {
  print(`${file}: no faults`);
  return EXIT.ok;
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
