import { InvalidArgumentError, Option, type Command } from 'commander';
import type { GateOptions } from './commands/model/gate-model.ts';
import { runCommand } from './terminal.ts';
import { MAX_MARGIN } from '../inference/quantisation/validation-record.ts';

/** Default margins; boxes are annotated loosely, also by people. */
const DEFAULT_MARGINS: GateOptions['margin'] = {
  auc: 0.02,
  sensitivity: 0.02,
  specificity: 0.02,
  ap50: 0.05,
};

interface SharedOptions {
  readonly config: Option;
  readonly format: Option;
  readonly json: Option;
}

/** Commands for installed models. */
export function addModelCommands(program: Command, options: SharedOptions): void {
  const model = program.command('model').description('installed models');
  addListCommands(model);
  addGateCommand(model, options);
  addWarmCommand(model);
}

function addListCommands(model: Command): void {
  const directory = new Option('--directory <dir>', 'folder of models instead of the shipped one');
  model
    .command('list')
    .description('lists the installed models')
    .addOption(directory)
    .action((options: { directory?: string }) =>
      runCommand(async () => (await import('./commands/model/model.ts')).listInstalledModels(options)),
    );
  model
    .command('show')
    .description('prints the manifest')
    .argument('<name>')
    .addOption(directory)
    .action((name: string, options: { directory?: string }) =>
      runCommand(async () => (await import('./commands/model/model.ts')).showModel(name, options)),
    );
  model
    .command('verify')
    .description('checks hash and golden phantoms')
    .argument('<name>')
    .addOption(directory)
    .action((name: string, options: { directory?: string }) =>
      runCommand(async () => (await import('./commands/model/model.ts')).verifyModel(name, options)),
    );
}

function addGateCommand(model: Command, { config, format, json }: SharedOptions): void {
  model
    .command('gate')
    .description('validates a quantised model against its original; required before it may serve')
    .argument('<name|dir>', 'the quantised model')
    .requiredOption('--reference <name|dir>', 'its original')
    .requiredOption(
      '--dataset <dir>',
      'folder of labelled images, none of them used for calibration or training',
    )
    .addOption(format)
    .option('--split <file>', 'which images, and which of them are near-duplicates')
    .option('--part <name>', 'part of the split', 'validation')
    .addOption(config)
    .option(
      '--margin <figure=share>',
      `how much worse auc, sensitivity, specificity and ap50 may be, each at most ${MAX_MARGIN}`,
      addMargin,
      DEFAULT_MARGINS,
    )
    .option('--record <file>', 'where to write the result, instead of the model folder')
    .addOption(json)
    .action((candidate: string, options: GateOptions) =>
      runCommand(async () => (await import('./commands/model/gate-model.ts')).gateModel(candidate, options)),
    );
}

function addWarmCommand(model: Command): void {
  model
    .command('warm')
    .description(
      'builds the engines of the configured models ahead; run it as the account of the service, while it is stopped',
    )
    .requiredOption('--config <file>', 'configuration file')
    .action((options: { config: string }) =>
      runCommand(async () => (await import('./commands/model/warm-models.ts')).warmModels(options)),
    );
}

function addMargin(text: string, before: GateOptions['margin']): GateOptions['margin'] {
  const [figure = '', share = ''] = text.split('=');
  const margin = Number(share);
  if (!Object.hasOwn(before, figure) || !(margin > 0 && margin <= MAX_MARGIN)) {
    throw new InvalidArgumentError(
      `Use one of ${Object.keys(before).join(', ')}, = and a share above 0 and up to ${MAX_MARGIN}.`,
    );
  }
  return { ...before, [figure]: margin };
}
