import { BonewatchError, isBonewatchError } from '../../contract/errors.ts';
import type { Inspection } from '../../contract/radiograph.ts';
import { systemErrorCode } from '../inspect-path.ts';

interface Inspector {
  readonly inspect: (path: string, signal: AbortSignal) => Promise<Inspection>;
  readonly signal: AbortSignal;
}

/** The inspection of a file, or the named reason why it could not be read. Bugs are thrown on. */
export async function inspectOrReason(
  { inspect, signal }: Inspector,
  path: string,
): Promise<Inspection | BonewatchError> {
  try {
    return await inspect(path, signal);
  } catch (error) {
    if (isBonewatchError(error)) return error;
    if (!signal.aborted && systemErrorCode(error) === null) throw error;
    return new BonewatchError('FILE_UNREADABLE', 'The file could not be read.', { cause: error });
  }
}
