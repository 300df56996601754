import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isBonewatchError } from '../../contract/errors.ts';
import { checkDatabase } from './check-database.ts';
import { isDamage } from './sqlite-errors.ts';
import { openStore, type Store, type StoreOptions } from '../open-store.ts';
import { putCopy, requireUsable } from './recovery/restore-store.ts';
import { checkInThread } from './run-store-task.ts';
import { quarantineDatabase } from './recovery/quarantine-database.ts';

export interface CheckedStoreOptions extends StoreOptions {
  /** The last backup; it replaces a damaged store. */
  readonly backup: string;
  /** How long the start waits for the check of a large file; after that the check continues in the background. */
  readonly checkBudgetMs?: number;
}

/** A damaged database that was replaced. */
export interface Replacement {
  /** Path of the quarantined file. */
  readonly quarantinedPath: string;
  readonly problem: string;
  /** Whether the last backup was restored; otherwise the new store is empty and the inbox is read again. */
  readonly isFromBackup: boolean;
}

export interface CheckedStore {
  readonly store: Store;
  readonly replacement: Replacement | null;
  /** The problem found by a check that exceeded its budget; stays pending if there is none. */
  readonly lateProblem: Promise<string>;
}

const CHECK_BUDGET_MS = 10_000;
/** A file up to this size is checked in some tens of milliseconds: not worth a thread. */
const SMALL_BYTES = 16 * 1024 ** 2;

/**
 * Checks a store, then opens it. A damaged one is quarantined and replaced with the last backup, or with an empty
 * store; images that the backup lacks are read from the inbox again. Throws STORE_FAILED.
 */
export async function openCheckedStore(path: string, options: CheckedStoreOptions): Promise<CheckedStore> {
  const { late, problem } = await checkWithinBudget(path, options.checkBudgetMs ?? CHECK_BUDGET_MS);
  const opened = problem === null ? openUndamaged(path, options) : problem;
  if (typeof opened !== 'string') return { store: opened, replacement: null, lateProblem: late };
  const replacement = replace(path, opened, options);
  return { store: openStore(path, options), replacement, lateProblem: new Promise(() => undefined) };
}

/** Records that the running daemon found damage, so that the next start runs a full check. */
export function reportDamage(path: string, problem: string): void {
  writeFileSync(suspicionOf(path), problem);
}

async function checkWithinBudget(
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

/** Damage that a running daemon found counts only if a full check confirms it. */
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
  const quarantinedPath = quarantineDatabase(path, 'damaged', clock.now());
  const isFromBackup = isUsable(backup);
  if (isFromBackup) {
    putCopy(backup, `${path}.part`);
    renameSync(`${path}.part`, path);
  } else {
    using store = openStore(path, { clock });
    // The first start stays the same, so that older files in the inbox stay ignored.
    store.milestones.recordOnce('first-start', bornAt);
  }
  return { quarantinedPath, problem, isFromBackup };
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
