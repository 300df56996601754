import { BonewatchError, isBonewatchError } from '../../contract/errors.ts';
import type { PathInside } from '../../contract/file-source.ts';
import type { Inspection } from '../../contract/radiograph.ts';
import { systemErrorCode } from '../inspect-path.ts';

interface Inspector {
  readonly inspect: (file: PathInside, signal: AbortSignal) => Promise<Inspection>;
  readonly signal: AbortSignal;
}

/** The inspection of a file, or the named reason why it could not be read. Bugs are thrown on. */
export async function inspectOrReason(
  { inspect, signal }: Inspector,
  file: PathInside,
): Promise<Inspection | BonewatchError> {
  try {
    return await inspect(file, signal);
  } catch (error) {
    if (isBonewatchError(error)) return error;
    if (!signal.aborted && systemErrorCode(error) === null) throw error;
    return new BonewatchError('FILE_UNREADABLE', 'The file could not be read.', { cause: error });
  }
}
