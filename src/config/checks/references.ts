import { withNearest } from '../nearest.ts';
import type { Contradiction } from './contradiction.ts';
import type { ValidParts } from './valid-parts.ts';

/** What is referred to but does not exist, and what exists twice: wards, inboxes, badges. */
export function references(parts: ValidParts): Contradiction[] {
  return [
    ...duplicateWards(parts),
    ...formerWards(parts),
    ...duplicateBadges(parts),
    ...wardsOfInboxes(parts),
    ...inboxesOfWards(parts),
    ...wardsOfEscalation(parts),
  ];
}

function duplicateWards({ wards }: ValidParts): Contradiction[] {
  return wards.flatMap(({ id }, index) =>
    id !== undefined && wards.findIndex((ward) => ward.id === id) < index
      ? [{ path: ['wards', index, 'id'], message: `Ward ${id} is listed twice.`, compares: [] }]
      : [],
  );
}

/** A former id is not an id of today, and exactly one ward takes over from it. */
function formerWards({ wards }: ValidParts): Contradiction[] {
  const heirs = new Map<string, number>();
  return wards.flatMap(({ formerly = [] }, ward) =>
    formerly.flatMap((former, index) => {
      const path = ['wards', ward, 'formerly', index];
      const heir = heirs.get(former);
      heirs.set(former, heir ?? ward);
      if (wards.some(({ id }) => id === former))
        return [
          { path, message: `${former} is the id of a ward: remove the ward or this entry.`, compares: [] },
        ];
      return heir === undefined
        ? []
        : [{ path, message: `Another ward takes over from ${former} already.`, compares: [] }];
    }),
  );
}

/** A badge gives a name on every ward, so that staff can help out elsewhere. */
function duplicateBadges({ wards }: ValidParts): Contradiction[] {
  const owners = new Map<string, string>();
  return wards.flatMap(({ staff = [] }, ward) =>
    staff.flatMap((member, index) => {
      if (typeof member === 'string') return [];
      const owner = owners.get(member.badge);
      owners.set(member.badge, owner ?? member.name);
      if (owner === undefined || owner === member.name) return [];
      const path = ['wards', ward, 'staff', index, 'badge'];
      const message = `This badge belongs to ${owner} already.`;
      return [{ path, message, compares: [] }];
    }),
  );
}

function wardsOfInboxes({ inboxes, wardIds }: ValidParts): Contradiction[] {
  return inboxes.flatMap(({ ward }, index) =>
    ward === undefined ? [] : unknownWard(ward, ['inboxes', index, 'ward'], wardIds),
  );
}

function wardsOfEscalation({ alerts, wardIds }: ValidParts): Contradiction[] {
  return alerts.escalation.wards.flatMap((ward, index) =>
    unknownWard(ward, ['alerts', 'escalation', 'wards', index], wardIds),
  );
}

function unknownWard(
  ward: string,
  path: Contradiction['path'],
  wardIds: ValidParts['wardIds'],
): Contradiction[] {
  if (wardIds === null || wardIds.includes(ward)) return [];
  return [{ path, message: withNearest(`There is no ward ${ward}`, ward, wardIds), compares: [] }];
}

/** A path that is no inbox never matches, and the alerts go to another ward. */
function inboxesOfWards({ inboxes, wards }: ValidParts): Contradiction[] {
  const known = inboxes.flatMap(({ path }) => path ?? []);
  return wards.flatMap(({ match }, ward) =>
    (match?.inboxes ?? []).flatMap((path, index) =>
      known.includes(path)
        ? []
        : [
            {
              path: ['wards', ward, 'match', 'inboxes', index],
              message: withNearest(`There is no inbox ${path}`, path, known),
              compares: [],
            },
          ],
    ),
  );
}
