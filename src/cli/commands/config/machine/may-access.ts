import { access, constants } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { runProgram } from '../../doctor/run-program.ts';
import { ACCOUNT, accountId } from '../../doctor/service-account.ts';

/** Whether the service may read or write what exists at a path; if not, the name of the account that may not. */
export async function refusedAccount(path: string, wanted: 'read' | 'write'): Promise<string | null> {
  if (isAnotherUser()) return null;
  // Root may do everything, so it tries as the account of the service.
  if (process.getuid?.() === 0 && accountId() !== null) {
    const test = wanted === 'read' ? 'test -r "$1"' : 'test -w "$1" && test -x "$1"';
    const script = `${test} && echo may || echo may not`;
    const answer = await runProgram('runuser', '-u', ACCOUNT, '--', 'sh', '-c', script, 'sh', path);
    return answer === 'may not' ? ACCOUNT : null;
  }
  const mode = wanted === 'read' ? constants.R_OK : constants.W_OK | constants.X_OK;
  return access(path, mode).then(
    () => null,
    () => userInfo().username,
  );
}

/** A user who is neither root nor the service: what it may not read proves nothing about the service. */
export function isAnotherUser(): boolean {
  const [uid, service] = [process.getuid?.() ?? 0, accountId()];
  return uid !== 0 && service !== null && uid !== service;
}
