/** The command line: words and options of the contract, nothing else; each command is a file in commands/. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { addAccessCommands } from './add-access-commands.ts';
import { addModelCommands } from './add-model-commands.ts';
import { parseAuditHead } from './parse-audit-head.ts';
import type { AuditHead } from '../store/audit/audit.ts';
import type { WithdrawReason } from '../contract/alert.ts';
import type { MosquittoPart } from './commands/config/config.ts';
import type { SummaryOptions } from './commands/evaluate/dataset.ts';
import type { EvaluateOptions } from './commands/evaluate/evaluate.ts';
import { escapeControls } from '../contract/escape-controls.ts';
import { endWithReader, runCommand } from './terminal.ts';
import { FORMATS } from '../evaluate/datasets/read-dataset.ts';
import { WITHDRAW_REASONS } from '../contract/withdraw-reasons.ts';
import { packageVersion } from '../contract/package-facts.ts';

endWithReader(process.stdout);

const program = new Command('bonewatch')
  .description('Detects fractures on each new radiograph and alerts the wards. Not for diagnosis.')
  .version(packageVersion())
  .showHelpAfterError()
  .configureOutput({ writeErr: (text) => void process.stderr.write(escapeControls(text)) })
  .hook('preAction', (_program, command) => endWithReaderOfErrors(command.name()));

const config = new Option('--config <file>', 'configuration file');
const json = new Option('--json', 'print JSON alone on standard output');

program
  .command('demo')
  .description('the full pipeline without setup: own broker, own store, shipped model, phantoms')
  .option('--once', 'exit once the last alert was received back from the broker')
  .option('--port <port>', 'port of the ward display', port, 8470)
  .option('--inbox <dir>', 'use this folder as the inbox')
  .option(
    '--deadline <seconds>',
    'how long one image may take; more for an emulated or very slow machine',
    count,
    60,
  )
  .action((options: { once?: boolean; port: number; inbox?: string; deadline: number }) =>
    runCommand(async () => (await import('./commands/demo/demo.ts')).demo(options)),
  );

program
  .command('run')
  .description('the daemon')
  .requiredOption('--config <file>', 'configuration file')
  .action((options: { config: string }) =>
    runCommand(async () => (await import('./commands/run/run.ts')).run(options)),
  );

program
  .command('analyze')
  .description('the same decoding and inference over files and folders, without the daemon')
  .argument('<path...>')
  .addOption(config)
  .option('--model <name|dir>', 'model to use')
  .addOption(json)
  .option('--overlay <dir>', 'write a PNG with the findings drawn, one per analysed image')
  .action((paths: string[], options: { config?: string; model?: string; json?: boolean; overlay?: string }) =>
    runCommand(async () => (await import('./commands/analyze/analyze.ts')).analyze(paths, options)),
  );

program
  .command('render')
  .description('the radiograph as the model and the screens see it, as PNG')
  .argument('<file>')
  .requiredOption('--out <png>', 'file to write')
  .addOption(new Option('--bits <bits>', 'depth of the PNG').choices(['8', '16']).default('8'))
  .option('--raw', 'stored pixel values, 16 bits, no LUT')
  .action((file: string, { bits, ...options }: { out: string; bits: string; raw?: boolean }) =>
    runCommand(async () =>
      (await import('./commands/analyze/render.ts')).render(file, {
        ...options,
        bits: bits === '16' ? 16 : 8,
      }),
    ),
  );

const format = new Option('--format <format>', 'detected automatically without it').choices(FORMATS);

program
  .command('evaluate')
  .description('accuracy on labelled images, with intervals')
  .requiredOption('--dataset <dir>', 'folder of labelled images')
  .addOption(format)
  .option('--split <file>', 'which images, and which of them are near-duplicates')
  .option('--part <name>', 'part of the split', 'validation')
  .addOption(config)
  .option('--model <name|dir>', 'model to evaluate')
  .option('--predictions <json>', 'write every detection as COCO results')
  .option('--report <dir>', 'write a report with plots and pictures; it shows the images')
  .option('--prevalence <share>', 'predictive values at this share of fractured patients', share)
  .option(
    '--fix-specificity <share>',
    'set the thresholds so that this share of images without a fracture stays quiet',
    share,
  )
  .option('--thresholds <file>', 'where --fix-specificity writes them', 'operating-points.json')
  .addOption(json)
  .action((options: EvaluateOptions) =>
    runCommand(async () => (await import('./commands/evaluate/evaluate.ts')).evaluate(options)),
  );

const dataset = program.command('dataset').description('labelled images');
dataset
  .command('summary')
  .description('summarises a labelled folder and lists its inconsistencies')
  .argument('<dir>')
  .addOption(format)
  .option('--report <dir>', 'write a report with pictures of the labels')
  .addOption(json)
  .action((dir: string, options: SummaryOptions) =>
    runCommand(async () => (await import('./commands/evaluate/dataset.ts')).summarise(dir, options)),
  );

const configuration = program.command('config').description('the configuration file');
configuration
  .command('check')
  .description('all faults at once, each with its line; then what this machine lacks')
  .argument('<file>')
  .option('--file-only', 'only the file, when it is prepared for another machine')
  .action((file: string, options: { fileOnly?: boolean }) =>
    runCommand(async () => (await import('./commands/config/config.ts')).checkConfigFile(file, options)),
  );
configuration
  .command('print')
  .description('with every default filled in')
  .argument('<file>')
  .action((file: string) =>
    runCommand(async () => (await import('./commands/config/config.ts')).printConfig(file)),
  );
configuration
  .command('schema')
  .description('JSON Schema, for editors')
  .action(() => runCommand(async () => (await import('./commands/config/config.ts')).printConfigSchema()));

configuration
  .command('mosquitto')
  .description('what the Mosquitto broker needs for these wards: listeners, rights or user names')
  .argument('<file>')
  .addOption(new Option('--part <part>', 'which file').choices(['conf', 'acl', 'users']).default('conf'))
  .action((file: string, options: { part: MosquittoPart }) =>
    runCommand(async () => (await import('./commands/config/config.ts')).printMosquitto(file, options)),
  );

addModelCommands(program, { config, format, json });

const images = program.command('images').description('the status of every file');
images
  .command('list')
  .description('newest first')
  .addOption(config)
  .option('--status <status>', 'only images with this status')
  .option('--limit <count>', 'maximum number', count, 100_000)
  .addOption(json)
  .action((options: { config?: string; status?: string; limit: number; json?: boolean }) =>
    runCommand(async () => (await import('./commands/alerts/images.ts')).listImages(options)),
  );

const alerts = program.command('alerts').description('alerts on the wards');
alerts
  .command('list')
  .description('newest first')
  .addOption(config)
  .option('--limit <count>', 'maximum number', count, 1000)
  .addOption(json)
  .action((options: { config?: string; limit: number; json?: boolean }) =>
    runCommand(async () => (await import('./commands/alerts/alerts.ts')).listAlerts(options)),
  );
alerts
  .command('ack')
  .description('acknowledge an alert')
  .argument('<id>')
  .requiredOption('--by <name>', 'who acknowledges it')
  .addOption(config)
  .action((id: string, options: { by: string; config?: string }) =>
    runCommand(async () => (await import('./commands/alerts/alerts.ts')).acknowledgeAlert(id, options)),
  );
alerts
  .command('withdraw')
  .description('take back an alert that a clinician disagrees with; the wards see who and why')
  .argument('<id>')
  .requiredOption('--by <name>', 'who disagrees')
  .addOption(new Option('--reason <reason>', 'why').choices(WITHDRAW_REASONS).makeOptionMandatory())
  .addOption(config)
  .action((id: string, options: { by: string; reason: WithdrawReason; config?: string }) =>
    runCommand(async () => (await import('./commands/alerts/alerts.ts')).withdrawAlert(id, options)),
  );

const db = program.command('db').description('the database');
db.command('check')
  .description('checks the whole database, also while the service runs')
  .argument('[file]', 'a copy to read instead')
  .addOption(config)
  .action((file: string | undefined, options: { config?: string }) =>
    runCommand(async () => (await import('./commands/alerts/db.ts')).checkDb(file, options)),
  );
db.command('backup')
  .description('writes a consistent copy, also while the service runs')
  .argument('<file>')
  .addOption(config)
  .action((file: string, options: { config?: string }) =>
    runCommand(async () => (await import('./commands/alerts/db.ts')).backUpDb(file, options)),
  );
db.command('restore')
  .description('replace it with a copy; stop the service first')
  .argument('<file>')
  .addOption(config)
  .action((file: string, options: { config?: string }) =>
    runCommand(async () => (await import('./commands/alerts/db.ts')).restoreDb(file, options)),
  );

db.command('accept-clock')
  .description('confirms that the clock of this machine is right')
  .addOption(config)
  .action((options: { config?: string }) =>
    runCommand(async () => (await import('./commands/alerts/db.ts')).acceptClock(options)),
  );

const audit = program.command('audit').description('who did what, in a chain of hashes');
audit
  .command('verify')
  .description('whether any row was changed or removed, compared with every recorded head')
  .addOption(config)
  .option('--head <count:hash>', 'compare with this head, from the journal or the MQTT info', parseAuditHead)
  .action((options: { config?: string; head?: AuditHead }) =>
    runCommand(async () => (await import('./commands/alerts/audit.ts')).verifyAudit(options)),
  );
audit
  .command('export')
  .description('one JSON object per line, oldest first')
  .addOption(config)
  .action((options: { config?: string }) =>
    runCommand(async () => (await import('./commands/alerts/audit.ts')).exportAudit(options)),
  );

addAccessCommands(program, { config, json });

program
  .command('doctor')
  .description('every prerequisite, and what to do about those that fail')
  .addOption(config)
  .addOption(json)
  .action((options: { config?: string; json?: boolean }) =>
    runCommand(async () => (await import('./commands/doctor/doctor.ts')).doctor(options)),
  );

program
  .command('selftest')
  .description(
    'phantoms through the running service, as far as the broker; intact ones, so that no ward is alerted',
  )
  .requiredOption('--config <file>', 'configuration file of the service')
  .option('--count <count>', 'how many', count, 10)
  .option('--with-alert', 'also one with a fracture, whose alert reaches the ward: inform the ward first')
  .addOption(json)
  .action((options: { config: string; count: number; withAlert?: boolean; json?: boolean }) =>
    runCommand(async () => (await import('./commands/doctor/selftest.ts')).selftest(options)),
  );

program
  .command('phantom')
  .description('synthetic radiographs with known truth, for tests and training')
  .argument('<dir>')
  .option('--count <count>', 'how many', count, 6)
  .option('--first-seed <seed>', 'seed of the first', count, 1)
  .option('--format <formats>', 'dicom, jpeg, png; several separated by commas', formats, ['dicom'])
  .action((dir: string, options: { count: number; firstSeed: number; format: PhantomFormat[] }) =>
    runCommand(async () => (await import('./commands/demo/phantom.ts')).phantom(dir, options)),
  );

await program.parseAsync();

/** The daemon serves the wards whether or not somebody reads its log. */
function endWithReaderOfErrors(command: string): void {
  if (command === 'run') process.stderr.on('error', () => {});
  else endWithReader(process.stderr);
}

type PhantomFormat = 'dicom' | 'jpeg' | 'png';

function port(value: string): number {
  const number = count(value);
  if (number > 65_535) throw new InvalidArgumentError('Must be a port between 0 and 65535.');
  return number;
}

function share(value: string): number {
  const number = Number(value);
  if (!(number > 0 && number < 1)) throw new InvalidArgumentError('Must be a share between 0 and 1.');
  return number;
}

function count(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('Must be a whole number.');
  return Number(value);
}

function formats(value: string): PhantomFormat[] {
  return value.split(',').map((format) => {
    if (format === 'dicom' || format === 'jpeg' || format === 'png') return format;
    throw new InvalidArgumentError('Use dicom, jpeg or png.');
  });
}
