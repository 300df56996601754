import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { BonewatchError } from '../../../contract/errors.ts';
import { descriptorPath } from '../../../contract/file-source.ts';
import { drawPhantom, type PhantomRequest } from '../../../phantom/draw-phantom.ts';
import { phantomName } from '../../../phantom/phantom-set.ts';
import { writePhantomDicom } from '../../../phantom/write-phantom-dicom.ts';

export interface DroppedPhantom {
  /** When the file got its final name, on the clock of `performance.now()`. */
  readonly droppedAt: number;
  /** Removes the file and its folder, and nothing else. */
  readonly remove: () => void;
}

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY;
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const HALF_WRITTEN = '.writing';

/**
 * Exports a phantom as a modality does: into a new folder, under a unique name, complete when it gets its final name.
 * Root may call it in a folder that others write to: it holds the folders open, so that a link that takes the place of
 * one leads nowhere. Throws INBOX_UNREACHABLE.
 */
export function dropPhantom(
  inbox: string,
  request: PhantomRequest,
  studyInstanceUid: string,
): DroppedPhantom {
  // Drawn first: the folders are open for milliseconds.
  const bytes = writePhantomDicom(drawPhantom(request), { studyInstanceUid });
  const name = `${phantomName(request)}.dcm`;
  const root = held(inbox, FOLDER);
  const folder = makeFolder(root, studyInstanceUid);
  const inFolder = (file: string): string => join(descriptorPath({ fd: folder }), file);
  const file = held(inFolder(HALF_WRITTEN), NEW_FILE);
  writeFileSync(file, bytes);
  closeSync(file);
  renameSync(inFolder(HALF_WRITTEN), inFolder(name));
  const droppedAt = performance.now();
  let isRemoved = false;
  return {
    droppedAt,
    remove() {
      if (isRemoved) return;
      isRemoved = true;
      tolerate(() => unlinkSync(inFolder(name)));
      // Removes an empty folder only, and no link.
      tolerate(() => rmdirSync(join(descriptorPath({ fd: root }), studyInstanceUid)));
      closeSync(folder);
      closeSync(root);
    },
  };
}

function makeFolder(root: number, name: string): number {
  const path = join(descriptorPath({ fd: root }), name);
  try {
    mkdirSync(path, { mode: 0o755 });
  } catch (error) {
    // The demo may run twice on one inbox.
    if (codeOf(error) !== 'EEXIST') throw refused(error);
  }
  return held(path, FOLDER | constants.O_NOFOLLOW);
}

function held(path: string, flags: number): number {
  try {
    return openSync(path, flags, 0o644);
  } catch (error) {
    throw refused(error);
  }
}

function refused(cause: unknown): BonewatchError {
  return new BonewatchError(
    'INBOX_UNREACHABLE',
    `The phantom cannot be put into the inbox (${codeOf(cause)}).`,
    {
      cause,
    },
  );
}

/** What is gone, or is no longer ours, stays as it is. */
function tolerate(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (codeOf(error) === '') throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
