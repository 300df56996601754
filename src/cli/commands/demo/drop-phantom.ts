import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawPhantom, type PhantomRequest } from '../../../phantom/draw-phantom.ts';
import { phantomName } from '../../../phantom/phantom-set.ts';
import { writePhantomDicom } from '../../../phantom/write-phantom-dicom.ts';

/**
 * Exports a phantom as a modality does: into a new folder, under a unique name, complete when it gets its final name.
 * Gives the folder, and when the file got that name on the clock of `performance.now()`.
 */
export async function dropPhantom(
  inbox: string,
  request: PhantomRequest,
  studyInstanceUid: string,
): Promise<{ folder: string; droppedAt: number }> {
  const folder = join(inbox, studyInstanceUid);
  await mkdir(folder, { recursive: true });
  const bytes = writePhantomDicom(drawPhantom(request), { studyInstanceUid });
  await writeFile(join(folder, '.writing'), bytes);
  await rename(join(folder, '.writing'), join(folder, `${phantomName(request)}.dcm`));
  return { folder, droppedAt: performance.now() };
}
