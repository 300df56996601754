import { describe, expect, it } from 'vitest';
import { bodyPartOf } from '../../../src/radiograph/dicom/body-part.ts';

describe('the body part of a radiograph', () => {
  it.each([
    ['WRIST', 'wrist'],
    ['HAND', 'hand'],
    ['FINGER', 'hand'],
    ['FOREARM', 'forearm'],
    ['ELBOW', 'elbow'],
    ['HUMERUS', 'upper-arm'],
    ['ARM', 'upper-arm'],
    ['SHOULDER', 'shoulder'],
    ['CLAVICLE', 'collarbone'],
    ['RIB', 'ribs'],
    ['CHEST', 'chest'],
    ['THORAX', 'chest'],
    ['CSPINE', 'spine'],
    ['L-SPINE', 'spine'],
    ['SSPINE', 'spine'],
    ['PELVIS', 'pelvis'],
    ['HIP', 'hip'],
    ['FEMUR', 'thigh'],
    ['UPPER LEG', 'thigh'],
    ['KNEE', 'knee'],
    ['PATELLA', 'knee'],
    ['LEG', 'lower-leg'],
    ['LOWER_LEG', 'lower-leg'],
    ['TIBFIB', 'lower-leg'],
    ['ANKLE', 'ankle'],
    ['CALCANEUS', 'foot'],
    ['TOE', 'foot'],
    ['SKULL', 'skull'],
    ['ABDOMEN', 'abdomen'],
    ['손목', 'wrist'],
    ['발목 AP/LAT', 'ankle'],
    ['손', 'hand'],
    ['발', 'foot'],
    ['아래팔(전완)', 'forearm'],
    ['주관절', 'elbow'],
    ['상완골', 'upper-arm'],
    ['견관절', 'shoulder'],
    ['쇄골', 'collarbone'],
    ['늑골', 'ribs'],
    ['흉부', 'chest'],
    ['요추 측면', 'spine'],
    ['골반', 'pelvis'],
    ['고관절', 'hip'],
    ['대퇴골', 'thigh'],
    ['슬관절', 'knee'],
    ['하퇴', 'lower-leg'],
    ['두개골', 'skull'],
    ['복부', 'abdomen'],
  ] as const)('is known from %s', (bodyPartExamined, expected) => {
    expect(bodyPartOf({ bodyPartExamined })).toBe(expected);
  });

  it('comes from the next text when the first is not useful', () => {
    const hints = {
      bodyPartExamined: 'EXTREMITY',
      anatomicRegion: null,
      seriesDescription: 'Lt. Ankle Mortise',
    };

    expect(bodyPartOf(hints)).toBe('ankle');
  });

  it('comes from the most reliable text where texts differ', () => {
    expect(bodyPartOf({ bodyPartExamined: 'KNEE', studyDescription: 'Hand and foot survey' })).toBe('knee');
  });

  it.each(['다발성 골절', '두 군데 손상', 'TRAUMA SERIES', 'HANDLE WITH CARE', '', null])(
    'is unknown rather than guessed: %s',
    (studyDescription) => {
      expect(bodyPartOf({ studyDescription })).toBeNull();
    },
  );
});
