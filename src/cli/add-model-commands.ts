import { InvalidArgumentError, Option, type Command } from 'commander';
import type { GateOptions } from './commands/model/gate-model.ts';
import { runCommand } from './terminal.ts';
import { MAX_MARGIN } from '../inference/quantisation/gate-record.ts';

/** Of no more than this may a model be worse where nothing is said; boxes are drawn loosely, also by people. */
const DEFAULT_MARGINS: GateOptions['margin'] = {
  auc: 0.02,
  sensitivity: 0.02,
  specificity: 0.02,
  ap50: 0.05,
};

/** The words of the command line about installed models. */
export function addModelCommands(
  program: Command,
  { config, format, json }: { readonly config: Option; readonly format: Option; readonly json: Option },
): void {
  const model = program.command('model').description('installed models');
  const directory = new Option('--directory <dir>', 'folder of models instead of the shipped one');
  model
    .command('list')
    .description('what is installed')
    .addOption(directory)
    .action((options: { directory?: string }) =>
      runCommand(async () => (await import('./commands/model/model.ts')).listInstalledModels(options)),
    );
  model
    .command('show')
    .description('the manifest')
    .argument('<name>')
    .addOption(directory)
    .action((name: string, options: { directory?: string }) =>
      runCommand(async () => (await import('./commands/model/model.ts')).showModel(name, options)),
    );
  model
    .command('verify')
    .description('hash and golden phantoms')
    .argument('<name>')
    .addOption(directory)
    .action((name: string, options: { directory?: string }) =>
      runCommand(async () => (await import('./commands/model/model.ts')).verifyModel(name, options)),
    );

  model
    .command('gate')
    .description(
      'whether a quantised model is no worse than the one it was made from; it serves only past this',
    )
    .argument('<name|dir>', 'the model in question')
    .requiredOption('--reference <name|dir>', 'the model that it was made from')
    .requiredOption('--dataset <dir>', 'folder of labelled images, none of them calibrated or trained with')
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
    .option('--record <file>', 'where to write what was found, instead of beside the model')
    .addOption(json)
    .action((candidate: string, options: GateOptions) =>
      runCommand(async () => (await import('./commands/model/gate-model.ts')).gateModel(candidate, options)),
    );

  model
    .command('warm')
    .description(
      'build the engines of the configured models ahead; as the account of the service, while it is stopped',
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
