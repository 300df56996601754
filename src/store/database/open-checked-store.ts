import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isBonewatchError } from '../../contract/errors.ts';
import { checkDatabase } from './check-database.ts';
import { isDamage } from './database.ts';
import { openStore, type Store, type StoreOptions } from '../open-store.ts';
import { putCopy, requireUsable } from './restore-store.ts';
import { checkInThread } from './run-store-task.ts';
import { quarantineDatabase } from './quarantine-database.ts';

export interface CheckedStoreOptions extends StoreOptions {
  /** The last copy; a damaged store goes on from there. */
  readonly backup: string;
  /** How long the start waits for a big file to be read through; the check goes on behind it. */
  readonly checkBudgetMs?: number;
}

/** A damaged database that made way for another. */
export interface Replacement {
  /** Where the damaged file is kept. */
  readonly aside: string;
  readonly problem: string;
  /** Whether the new store began as the last copy; else it is empty and the inbox is read again. */
  readonly isFromBackup: boolean;
}

export interface CheckedStore {
  readonly store: Store;
  readonly replacement: Replacement | null;
  /** What a check that outlasted its budget found; never settles where there is nothing left to find. */
  readonly lateProblem: Promise<string>;
}

const CHECK_BUDGET_MS = 10_000;
/** A file of this size is read through in some tens of milliseconds: not worth a thread. */
const SMALL_BYTES = 16 * 1024 ** 2;

/**
 * Opens a store that was checked first. A damaged one is kept aside, and the last copy, or an empty store, takes its
 * place: the service goes on, and what the copy lacks comes back from the inbox. Throws STORE_FAILED.
 */
export async function openCheckedStore(path: string, options: CheckedStoreOptions): Promise<CheckedStore> {
  const { late, problem } = await look(path, options.checkBudgetMs ?? CHECK_BUDGET_MS);
  const opened = problem === null ? openUndamaged(path, options) : problem;
  if (typeof opened !== 'string') return { store: opened, replacement: null, lateProblem: late };
  const replacement = replace(path, opened, options);
  return { store: openStore(path, options), replacement, lateProblem: new Promise(() => undefined) };
}

/** Notes that a running daemon met damage, so that the next start looks thoroughly. */
export function reportDamage(path: string, problem: string): void {
  writeFileSync(suspicionOf(path), problem);
}

async function look(
  path: string,
  budgetMs: number,
): Promise<{ readonly problem: string | null; readonly late: Promise<string> }> {
  const nothing = new Promise<string>(() => undefined);
  if (!existsSync(path) || statSync(path).size === 0) return { problem: null, late: nothing };
  if (existsSync(suspicionOf(path))) return { problem: confirmed(path), late: nothing };
  if (statSync(path).size < SMALL_BYTES)
    return { problem: firstOf(checkDatabase(path, 'quick')), late: nothing };
  const check = checkInThread(path, 'quick').then(firstOf);
  const budget = Promise.withResolvers<'late'>();
  const timer = setTimeout(budget.resolve, budgetMs, 'late');
  const found = await Promise.race([check, budget.promise]);
  clearTimeout(timer);
  if (found !== 'late') return { problem: found, late: nothing };
  const late = check.then(
    (problem) => problem ?? nothing,
    () => nothing,
  );
  return { problem: null, late };
}

/** What a daemon met while it ran is believed only where a thorough check sees it too. */
function confirmed(path: string): string | null {
  const [problem] = checkDatabase(path, 'full');
  const reported = readFileSync(suspicionOf(path), 'utf8');
  rmSync(suspicionOf(path), { force: true });
  return problem === undefined ? null : `${problem} (${reported})`;
}

function openUndamaged(path: string, options: StoreOptions): Store | string {
  try {
    return openStore(path, options);
  } catch (error) {
    if (isBonewatchError(error) && isDamage(error)) return error.message;
    throw error;
  }
}

function replace(path: string, problem: string, { backup, clock }: CheckedStoreOptions): Replacement {
  const bornAt = Math.floor(statSync(path).birthtimeMs);
  const aside = quarantineDatabase(path, 'damaged', clock.now());
  const isFromBackup = isUsable(backup);
  if (isFromBackup) {
    putCopy(backup, `${path}.part`);
    renameSync(`${path}.part`, path);
  } else {
    using store = openStore(path, { clock });
    // What lay in the inbox before the first start stays as old as it was.
    store.milestones.recordOnce('first-start', bornAt);
  }
  return { aside, problem, isFromBackup };
}

function isUsable(backup: string): boolean {
  try {
    requireUsable(backup);
    return true;
  } catch (error) {
    if (isBonewatchError(error)) return false;
    throw error;
  }
}

function firstOf(problems: readonly string[]): string | null {
  return problems[0] ?? null;
}

function suspicionOf(path: string): string {
  return `${path}.suspect`;
}
