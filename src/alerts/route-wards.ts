import type { WardConfig } from '../config/schema.ts';

/** The origin of a radiograph; unknown fields are null. */
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
 * The wards of an alert, in the order of the configuration: each ward whose `match` matches in all its lists; if none
 * does, the ward of the inbox; without one, the wards without `match`; otherwise the first ward. Never empty if a ward
 * is configured, so no finding is lost.
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

/** A `match` without any list matches nothing. */
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

/** Modalities pad and capitalise these names differently (PS3.5 6.2, LO and SH). */
function includes(list: readonly string[], value: string): boolean {
  return list.some((entry) => fold(entry) === fold(value));
}

function fold(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}
