import { describe, expect, it } from 'vitest';
import { updateAlert } from '../../src/alerts/update-alert.ts';
import { aContext, anAcknowledgedAlert, anAlert, aStudy } from './an-alert.ts';

const negative = { outcome: 'no-fracture-detected', confidence: 0, bodyParts: [] } as const;

describe('updateAlert', () => {
  it('alerts at the first view with a finding', () => {
    const alert = updateAlert(null, aStudy(), aContext('2026-03-01T05:40:00Z'));

    expect(alert).toMatchObject({ rev: 1, state: 'open', priority: 'medium', caseRef: 'K7Q2' });
    expect(alert?.times.published).toBe('2026-03-01T05:40:00Z');
  });

  it('stays silent for a study without findings', () => {
    expect(
      updateAlert(null, aStudy({ ...negative, images: { count: 2, withFindings: 0 } }), aContext()),
    ).toBeNull();
  });

  it('stays the same object when nothing changed', () => {
    const alert = anAlert();

    expect(updateAlert(alert, aStudy(), aContext())).toBe(alert);
  });

  it('counts a later view without a finding and takes nothing back for it', () => {
    const alert = updateAlert(anAlert(), aStudy({ images: { count: 2, withFindings: 1 } }), aContext());

    expect(alert).toMatchObject({
      rev: 2,
      images: { count: 2, withFindings: 1 },
      confidence: 0.6,
      state: 'open',
    });
  });

  it('never lowers outcome, confidence or priority, whatever a later image shows', () => {
    const definite = anAlert({ outcome: 'fracture-detected', confidence: 0.9, priority: 'high' });

    const alert = updateAlert(
      definite,
      aStudy({ ...negative, images: { count: 3, withFindings: 0 } }),
      aContext(),
    );

    expect(alert).toMatchObject({
      outcome: 'fracture-detected',
      confidence: 0.9,
      priority: 'high',
      state: 'open',
    });
  });

  it('an acknowledged alert opens again when it becomes more serious', () => {
    const worse = aStudy({
      outcome: 'fracture-detected',
      confidence: 0.9,
      images: { count: 2, withFindings: 2 },
    });

    const alert = updateAlert(anAcknowledgedAlert(), worse, aContext());

    expect(alert).toMatchObject({ rev: 3, state: 'open', priority: 'high', acknowledgedBy: null });
    expect(alert?.times.acknowledged).toBeNull();
  });

  it('leaves an acknowledged alert acknowledged when another view only confirms it', () => {
    const confirmed = aStudy({ confidence: 0.65, images: { count: 2, withFindings: 2 } });

    const alert = updateAlert(anAcknowledgedAlert(), confirmed, aContext());

    expect(alert).toMatchObject({
      rev: 3,
      state: 'acknowledged',
      confidence: 0.65,
      acknowledgedBy: { name: 'Kim' },
    });
  });

  it('an acknowledged alert opens again for another body part or the other side', () => {
    const hip = aStudy({
      bodyPart: 'hip',
      bodyParts: ['wrist', 'hip'],
      images: { count: 2, withFindings: 2 },
    });
    const bothSides = aStudy({ laterality: 'B', images: { count: 2, withFindings: 2 } });

    expect(updateAlert(anAcknowledgedAlert({ priority: 'high' }), hip, aContext())?.state).toBe('open');
    expect(updateAlert(anAcknowledgedAlert(), bothSides, aContext())?.state).toBe('open');
  });

  it('a closed alert stays closed when a file that was written again names the side, and stores the side', () => {
    const left = { wards: ['w3', 'er'], times: { ...anAlert().times, cleared: '2026-03-01T05:35:00Z' } };
    const closed = anAcknowledgedAlert({
      ...{ ...left, state: 'closed', rev: 3 },
      sites: [{ bodyPart: 'wrist', laterality: null }],
    });

    const updated = updateAlert(closed, aStudy({ confidence: 0.7 }), aContext());
    const again = updateAlert(updated, aStudy({ outcome: 'fracture-detected' }), aContext());

    const sites = [{ bodyPart: 'wrist', laterality: 'L' }];
    expect(updated).toMatchObject({ rev: 4, newsRev: 1, state: 'closed', sites, confidence: 0.7 });
    expect(again).toMatchObject({ rev: 5, newsRev: 5, state: 'open', sites, confidence: 0.7, wards: ['w3'] });
  });

  it('brings a closed alert back for a further finding, and not for a further view without one', () => {
    const closed = anAcknowledgedAlert({ state: 'closed', rev: 3 });

    const afterNegative = updateAlert(closed, aStudy({ images: { count: 2, withFindings: 1 } }), aContext());
    const afterPositive = updateAlert(closed, aStudy({ images: { count: 2, withFindings: 2 } }), aContext());

    expect(afterNegative).toBe(closed);
    expect(afterPositive).toMatchObject({ id: closed.id, rev: 4, state: 'open', acknowledgedBy: null });
  });
});
