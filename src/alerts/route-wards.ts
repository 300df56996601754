import type { WardConfig } from '../config/schema.ts';

/** Where a radiograph comes from, as far as it is known. */
export interface Origin {
  /** Folder as written under `inboxes[].path`. */
  readonly inbox: string;
  readonly department: string | null;
  readonly station: string | null;
  readonly bodyPart: string | null;
  /** `inboxes[].ward` of that folder. */
  readonly inboxWard: string | null;
}

/**
 * The wards that must see an alert, in the order of the configuration: each ward whose `match` agrees in every list
 * it gives; where none does, the ward of the inbox; without that, the wards that have no `match`; at the very last the
 * first ward. Never empty while there is a ward: no finding is lost for want of an address.
 */
export function wardsFor(origin: Origin, wards: readonly WardConfig[]): readonly string[] {
  const choices = [
    wards.filter(({ match }) => match !== undefined && agrees(match, origin)),
    wards.filter(({ id }) => id === origin.inboxWard),
    wards.filter(({ match }) => match === undefined),
    wards.slice(0, 1),
  ];
  return (choices.find((choice) => choice.length > 0) ?? []).map(({ id }) => id);
}

type Match = NonNullable<WardConfig['match']>;

/** A `match` without any list asks for nothing, and so agrees with nothing. */
function agrees(match: Match, { inbox, department, station, bodyPart }: Origin): boolean {
  const pairs: readonly (readonly [readonly string[] | undefined, string | null])[] = [
    [match.inboxes, inbox],
    [match.departments, department],
    [match.stations, station],
    [match.bodyParts, bodyPart],
  ];
  const asked = pairs.filter(([list]) => list !== undefined);
  return asked.length > 0 && asked.every(([list, value]) => value !== null && includes(list ?? [], value));
}

/** DICOM pads and capitalises these names as each modality likes (PS3.5 6.2, LO and SH). */
function includes(list: readonly string[], value: string): boolean {
  return list.some((entry) => fold(entry) === fold(value));
}

function fold(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}
