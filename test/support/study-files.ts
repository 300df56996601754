import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDicom } from './write-dicom.ts';

const SIDE = 128;

/**
 * Writes studies of three views each into an inbox, as complete files: every second study has a finding in its first
 * view, every fourth another one, on the other side, in its last. Gives the SOP Instance UIDs.
 */
export async function writeStudies(inbox: string, studies: number): Promise<readonly string[]> {
  const uids: string[] = [];
  for (let view = 0; view < 3; view += 1) {
    for (let study = 0; study < studies; study += 1) {
      const isFractured = (view === 0 && study % 2 === 0) || (view === 2 && study % 4 === 0);
      const uid = `1.2.826.0.1.${study + 1}.${view + 1}`;
      const file = viewOf({ uid, study, isFractured, laterality: view === 2 ? 'R' : 'L' });
      await writeFile(join(inbox, `.${uid}`), file);
      await rename(join(inbox, `.${uid}`), join(inbox, `${uid}.dcm`));
      uids.push(uid);
    }
  }
  return uids;
}

/** How many of the studies have a finding. */
export function positiveStudies(studies: number): number {
  return Math.ceil(studies / 2);
}

function viewOf(facts: {
  readonly uid: string;
  readonly study: number;
  readonly isFractured: boolean;
  readonly laterality: string;
}): Buffer {
  // Dark greys below every threshold; a picture of one grey would count as blank.
  const stored = Uint8Array.from({ length: SIDE * SIDE }, (_, index) => 8 + (index % 8));
  if (facts.isFractured) {
    for (let y = 32; y < 48; y += 1) stored.fill(255, y * SIDE + 48, y * SIDE + 64);
  }
  return writeDicom({
    rows: SIDE,
    columns: SIDE,
    stored,
    bitsAllocated: 8,
    elements: [
      ['00080018', 'UI', facts.uid],
      ['0020000d', 'UI', `1.2.826.0.2.${facts.study + 1}`],
      ['00200062', 'CS', facts.laterality],
      ['00281050', 'DS', '128'],
      ['00281051', 'DS', '256'],
    ],
  });
}
