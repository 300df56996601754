import { loadConfig } from '../../../config/load-config.ts';
import { configSchema, type Config } from '../../../config/schema.ts';
import type { Check, CheckState } from '../../../health/check.ts';
import { runChecks } from '../../../health/run-checks.ts';
import { alarmChecks } from './alarm-checks.ts';
import { boardChecks } from './board-checks.ts';
import { brokerChecks } from './broker-checks.ts';
import { displayChecks } from './display-checks.ts';
import { clockChecks } from './clock-checks.ts';
import { folderChecks } from './folder-checks.ts';
import { libraryChecks } from './library-checks.ts';
import { machineChecks } from './machine-checks.ts';
import { modelChecks } from './model-checks.ts';
import { permissionChecks } from './permission-checks.ts';
import { settingsCheck } from './settings-check.ts';
import { recordChecks } from './record-checks.ts';
import { screenChecks } from './screen-checks.ts';
import { wardChecks } from './ward-checks.ts';
import { EXIT, print, printJson, table } from '../../terminal.ts';

export interface DoctorOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** An engine that must be built first may take minutes; nothing else here does. */
const DEADLINE_MS = 10 * 60_000;

const MARKS: Readonly<Record<CheckState, string>> = { ok: 'ok', degraded: 'attention', failed: 'FAILED' };

/** `doctor`: every prerequisite, one line each with what to do; exit 1 if any failed. */
export async function doctor({ config: file, json }: DoctorOptions): Promise<number> {
  const config = file === undefined ? null : await loadConfig(file);
  const { state, checks } = await runChecks(await checksOf(config, file), { deadlineMs: DEADLINE_MS });
  if (json) {
    printJson({ state, checks }, 1);
  } else {
    for (const line of table(checks.map((check) => [MARKS[check.state], check.name, check.message])))
      print(line);
    if (!config) print('Give --config FILE to check inboxes, broker and store too.');
  }
  return state === 'failed' ? EXIT.failed : EXIT.ok;
}

async function checksOf(config: Config | null, file = ''): Promise<Check[]> {
  const { models: ofModels, health: ofHealth } = configSchema.shape;
  const models = config?.models ?? ofModels.parse({});
  const limits = (config?.health ?? ofHealth.parse({})).board;
  return [
    ...machineChecks(),
    ...(await boardChecks({ limits })),
    ...libraryChecks(models),
    ...modelChecks(models),
    ...(config ? checksOfPlace(config, file) : []),
  ];
}

/** Facts about the installation. */
function checksOfPlace(config: Config, configFile: string): Check[] {
  return [
    ...folderChecks(config),
    ...recordChecks(config),
    settingsCheck(config),
    ...permissionChecks(config, { configFile }),
    ...screenChecks(config),
    ...brokerChecks(config),
    ...displayChecks(config),
    ...alarmChecks(config),
    ...wardChecks(config),
    ...clockChecks(config),
  ];
}
