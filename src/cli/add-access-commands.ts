import { Argument, Option, type Command } from 'commander';
import { runCommand } from './terminal.ts';
import { ROLES, type Role } from '../contract/api/access.ts';

interface SharedOptions {
  readonly config: Option;
  readonly json: Option;
}

const PASSWORD_FILE = new Option(
  '--password-file <file>',
  'first line of a file, - for standard input; without it the password is prompted for',
);

/** Commands for users and paired displays. */
export function addAccessCommands(program: Command, options: SharedOptions): void {
  const user = program.command('user').description('users of the pages');
  addUserCommands(user, options);
  changeUserCommands(user, options);
  addDisplayCommands(
    program.command('display').description('screens that show a ward without a sign-in'),
    options,
  );
}

function addUserCommands(user: Command, { config, json }: SharedOptions): void {
  user
    .command('add')
    .description('adds a user; from the first user on, everybody must sign in')
    .argument('<name>', 'as shown on the wards')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory())
    .addOption(PASSWORD_FILE)
    .addOption(config)
    .action((name: string, options: { role: Role; passwordFile?: string; config?: string }) =>
      runCommand(async () => (await import('./commands/access/user.ts')).addUser(name, options)),
    );
  user
    .command('list')
    .description('lists names and roles')
    .addOption(config)
    .addOption(json)
    .action((options: { config?: string; json?: boolean }) =>
      runCommand(async () => (await import('./commands/access/user.ts')).listUsers(options)),
    );
}

function changeUserCommands(user: Command, { config }: SharedOptions): void {
  user
    .command('role')
    .description('changes the role')
    .argument('<name>')
    .addArgument(new Argument('<role>', 'what they may do').choices(ROLES))
    .addOption(config)
    .action((name: string, newRole: Role, options: { config?: string }) =>
      runCommand(async () => (await import('./commands/access/user.ts')).setUserRole(name, newRole, options)),
    );
  user
    .command('password')
    .description('sets a new password and signs out everywhere')
    .argument('<name>')
    .addOption(PASSWORD_FILE)
    .addOption(config)
    .action((name: string, options: { passwordFile?: string; config?: string }) =>
      runCommand(async () => (await import('./commands/access/user.ts')).setUserPassword(name, options)),
    );
  user
    .command('remove')
    .description('removes the user and signs out everywhere')
    .argument('<name>')
    .addOption(config)
    .action((name: string, options: { config?: string }) =>
      runCommand(async () => (await import('./commands/access/user.ts')).removeUser(name, options)),
    );
}

function addDisplayCommands(display: Command, { config, json }: SharedOptions): void {
  display
    .command('list')
    .description('lists the paired screens')
    .addOption(config)
    .addOption(json)
    .action((options: { config?: string; json?: boolean }) =>
      runCommand(async () => (await import('./commands/access/display.ts')).listDisplays(options)),
    );
  display
    .command('pair')
    .description('pairs the screen that shows this code with a ward')
    .argument('<code>')
    .requiredOption('--ward <id>', 'the ward it shows')
    .option('--name <name>', 'where it is')
    .addOption(config)
    .action((code: string, options: { ward: string; name?: string; config?: string }) =>
      runCommand(async () => (await import('./commands/access/display.ts')).pairDisplay(code, options)),
    );
  display
    .command('revoke')
    .description('revokes the pairing; the screen shows no alerts any more')
    .argument('<id>')
    .addOption(config)
    .action((id: string, options: { config?: string }) =>
      runCommand(async () => (await import('./commands/access/display.ts')).revokeDisplay(id, options)),
    );
}
