/** A patient's room and bed, where the file states them. */
export interface PatientLocation {
  readonly room: string | null;
  readonly bed: string | null;
}

const NOWHERE: PatientLocation = { room: null, bed: null };

/**
 * Room and bed of CurrentPatientLocation (0038,0300), which hospital systems fill from HL7's person location
 * `ward^room^bed`. Any other format is ignored.
 */
export function readPatientLocation(text: string | null): PatientLocation {
  const [, room = '', bed = ''] = (text ?? '').split('^').map((part) => part.trim());
  if (!isShort(room)) return NOWHERE;
  return { room, bed: isShort(bed) ? bed : null };
}

function isShort(part: string): boolean {
  return part !== '' && part.length <= 16 && !/\p{C}/u.test(part);
}
