import { describe, expect, it } from 'vitest';
import { wardsFor, type Origin } from '../../src/alerts/route-wards.ts';
import type { WardConfig } from '../../src/config/schema.ts';

function aWard(id: string, match?: WardConfig['match']): WardConfig {
  return { id, name: id, detail: '', formerly: [], staff: [], ...(match && { match }) };
}

function from(facts: Partial<Origin>): Origin {
  return { inbox: '/in/room-1', department: null, station: null, bodyPart: null, inboxWard: null, ...facts };
}

describe('wardsFor', () => {
  it('sends an alert to every ward whose lists all agree', () => {
    const wards = [
      aWard('orthopaedics', { bodyParts: ['hip', 'wrist'] }),
      aWard('emergency', { departments: ['ER'], bodyParts: ['hip'] }),
      aWard('third-floor', { departments: ['Ward 3'] }),
    ];

    const hipFromEmergency = wardsFor(from({ department: 'ER', bodyPart: 'hip' }), wards);

    expect(hipFromEmergency).toEqual(['orthopaedics', 'emergency']);
  });

  it('takes department and station as the modality pads and capitalises them', () => {
    const wards = [aWard('other'), aWard('third-floor', { departments: ['Ward 3'], stations: ['DR1'] })];

    expect(wardsFor(from({ department: 'WARD 3 ', station: ' dr1' }), wards)).toEqual(['third-floor']);
  });

  it('falls back to the ward of the inbox, then to the wards that ask for nothing', () => {
    const wards = [aWard('hips', { bodyParts: ['hip'] }), aWard('general'), aWard('night-shift')];

    expect(wardsFor(from({ bodyPart: 'hand', inboxWard: 'hips' }), wards)).toEqual(['hips']);
    expect(wardsFor(from({ bodyPart: 'hand' }), wards)).toEqual(['general', 'night-shift']);
  });

  it('never leaves a finding without a ward', () => {
    const wards = [aWard('hips', { bodyParts: ['hip'] }), aWard('stations', { stations: ['DR1'] })];

    expect(wardsFor(from({ inboxWard: 'a-ward-that-was-removed' }), wards)).toEqual(['hips']);
  });

  it('does not take a ward with an empty match for one that wants everything', () => {
    const wards = [aWard('empty', {}), aWard('general')];

    expect(wardsFor(from({ bodyPart: 'hip' }), wards)).toEqual(['general']);
  });
});
