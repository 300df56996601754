import type { Contradiction } from './contradiction.ts';
import type { ValidParts } from './valid-parts.ts';

/** Numbers and models that exclude each other. */
export function values(parts: ValidParts): Contradiction[] {
  return [
    ...thresholds(parts),
    ...detectors(parts),
    ...sameModel(parts),
    ...fixedTwice(parts),
    ...disk(parts),
  ];
}

function thresholds({ alerts: { suspected, definite } }: ValidParts): Contradiction[] {
  if (suspected === undefined || definite === undefined || definite >= suspected) return [];
  const compares = ['alerts.suspected', 'alerts.definite'];
  return [{ path: ['alerts', 'definite'], message: 'Must not be below alerts.suspected.', compares }];
}

function detectors({ models: { active } }: ValidParts): Contradiction[] {
  if (active.some((entry) => typeof entry === 'string' || entry.role === 'detector')) return [];
  const message = 'At least one model must be a detector.';
  return [{ path: ['models', 'active'], message, compares: ['models.active'] }];
}

/** The same model twice costs its time twice, and its findings count twice. */
function sameModel({ models: { active } }: ValidParts): Contradiction[] {
  const names = active.map((entry) => (typeof entry === 'string' ? entry : entry.model));
  return names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [
          {
            path: ['models', 'active', index],
            message: `Model ${name} is listed twice.`,
            compares: ['models.active'],
          },
        ]
      : [],
  );
}

function fixedTwice({ models: { operatingPoints }, alerts }: ValidParts): Contradiction[] {
  const areInAlerts = alerts.suspected !== undefined || alerts.definite !== undefined;
  if (operatingPoints === undefined || !areInAlerts) return [];
  const message = 'Conflicts with alerts.suspected and alerts.definite: remove one of them.';
  const compares = ['models.operatingPoints', 'alerts.suspected', 'alerts.definite'];
  return [{ path: ['models', 'operatingPoints'], message, compares }];
}

function disk({ store: { disk: limits } }: ValidParts): Contradiction[] {
  if (limits.criticalMegabytes <= limits.lowMegabytes) return [];
  const message = 'Must not be above store.disk.lowMegabytes.';
  return [{ path: ['store', 'disk', 'criticalMegabytes'], message, compares: ['store.disk'] }];
}
