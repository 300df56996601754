import { Argument, Option, type Command } from 'commander';
import { runCommand } from './terminal.ts';
import { ROLES, type Role } from '../contract/api/access.ts';

/** The words of the command line about who may see the screens. */
export function addAccessCommands(
  program: Command,
  { config, json }: { readonly config: Option; readonly json: Option },
): void {
  const user = program.command('user').description('who may sign in at the pages');
  const role = new Argument('<role>', 'what they may do').choices(ROLES);
  const passwordFile = new Option(
    '--password-file <file>',
    'first line of a file, - for standard input; without it the password is asked for',
  );
  user
    .command('add')
    .description('with the first user the pages ask everybody to sign in')
    .argument('<name>', 'as it is shown on the wards')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory())
    .addOption(passwordFile)
    .addOption(config)
    .action((name: string, options: { role: Role; passwordFile?: string; config?: string }) =>
      runCommand(async () => (await import('./commands/access/user.ts')).addUser(name, options)),
    );
  user
    .command('list')
    .description('names and roles')
    .addOption(config)
    .addOption(json)
    .action((options: { config?: string; json?: boolean }) =>
      runCommand(async () => (await import('./commands/access/user.ts')).listUsers(options)),
    );
  user
    .command('role')
    .description('give another role')
    .argument('<name>')
    .addArgument(role)
    .addOption(config)
    .action((name: string, newRole: Role, options: { config?: string }) =>
      runCommand(async () => (await import('./commands/access/user.ts')).setUserRole(name, newRole, options)),
    );
  user
    .command('password')
    .description('give a new password and sign out everywhere')
    .argument('<name>')
    .addOption(passwordFile)
    .addOption(config)
    .action((name: string, options: { passwordFile?: string; config?: string }) =>
      runCommand(async () => (await import('./commands/access/user.ts')).setUserPassword(name, options)),
    );
  user
    .command('remove')
    .description('nobody signs in under that name any more')
    .argument('<name>')
    .addOption(config)
    .action((name: string, options: { config?: string }) =>
      runCommand(async () => (await import('./commands/access/user.ts')).removeUser(name, options)),
    );

  const display = program.command('display').description('screens that show a ward without a sign-in');
  display
    .command('list')
    .description('every paired screen')
    .addOption(config)
    .addOption(json)
    .action((options: { config?: string; json?: boolean }) =>
      runCommand(async () => (await import('./commands/access/display.ts')).listDisplays(options)),
    );
  display
    .command('pair')
    .description('let the screen that shows this code be a display of a ward')
    .argument('<code>')
    .requiredOption('--ward <id>', 'the ward it shows')
    .option('--name <name>', 'where it hangs')
    .addOption(config)
    .action((code: string, options: { ward: string; name?: string; config?: string }) =>
      runCommand(async () => (await import('./commands/access/display.ts')).pairDisplay(code, options)),
    );
  display
    .command('revoke')
    .description('the screen shows nothing more')
    .argument('<id>')
    .addOption(config)
    .action((id: string, options: { config?: string }) =>
      runCommand(async () => (await import('./commands/access/display.ts')).revokeDisplay(id, options)),
    );
}
