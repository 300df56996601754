import { describe, expect, it } from 'vitest';
import type { Alert, Site } from '../../../../src/contract/alert.ts';
import { en } from '../../../../src/web/i18n/ward/en.ts';
import { ko } from '../../../../src/web/i18n/ward/ko.ts';
import { readAlert } from '../../../../src/web/ward/state/read-payload.ts';
import { sitesText } from '../../../../src/web/ward/alerts/sites-text.ts';
import { anAlert } from '../../../support/an-alert.ts';

const site = (bodyPart: string | null, laterality: Site['laterality'] = null): Site => ({
  bodyPart,
  laterality,
});

/** An alert whose summary is that of an older version: both sides of the clearest body part. */
function withSites(...sites: readonly Site[]): Alert {
  return anAlert({ bodyPart: sites[0]?.bodyPart ?? null, laterality: 'B', sites });
}

describe('the places of an alert', () => {
  it.each([
    [[site('wrist', 'L'), site('hand', 'R')], 'Left wrist + right hand', '왼쪽 손목 + 오른쪽 손'],
    [[site('hand', 'R'), site('hand', 'L')], 'Both hands', '양쪽 손'],
    [[site('hand', 'B')], 'Both hands', '양쪽 손'],
    [
      [site('foot', 'L'), site('foot', 'R'), site('hip', 'R')],
      'Both feet + right hip',
      '양쪽 발 + 오른쪽 고관절',
    ],
    [[site('hand', 'L'), site('hand', 'B')], 'Both hands', '양쪽 손'],
    [[site('hand')], 'Hand', '손'],
    [[site('hand'), site('wrist', 'R')], 'Hand + right wrist', '손 + 오른쪽 손목'],
    [
      [site('wrist', 'L'), site(null, 'R')],
      'Left wrist + right side, body part unknown',
      '왼쪽 손목 + 오른쪽 부위 미상',
    ],
    [
      [site(null, 'L'), site(null, 'R')],
      'Left side, body part unknown + right side, body part unknown',
      '왼쪽 부위 미상 + 오른쪽 부위 미상',
    ],
    [[site(null)], 'Body part unknown', '부위 미상'],
    [[site('chest', 'B')], 'Chest, both sides', '양쪽 가슴'],
  ])('%j', (sites, english, korean) => {
    expect(sitesText(withSites(...sites), en).full).toBe(english);
    expect(sitesText(withSites(...sites), ko).full).toBe(korean);
  });

  it('are counted, not dropped, where a line has no space for more than two', () => {
    const alert = withSites(site('wrist', 'L'), site('hand', 'R'), site('hip', 'L'), site('knee', 'R'));

    expect(sitesText(alert, en).full).toBe('Left wrist + right hand + left hip + right knee');
    expect(sitesText(alert, en).short).toBe('Left wrist + right hand + 2 more');
    expect(sitesText(alert, ko).short).toBe('왼쪽 손목 + 오른쪽 손 외 2곳');
  });

  it('come from the summary if a payload has no list of sites, and ignore what is not a site', () => {
    const read = (sites: unknown) => readAlert(JSON.stringify({ ...anAlert(), sites }));
    const textOf = (sites: unknown) => sitesText(read(sites) ?? anAlert({ bodyPart: null }), en).full;

    expect(textOf(undefined)).toBe('Left wrist');
    expect(textOf('wrist')).toBe('Left wrist');
    expect(textOf([7, null, { bodyPart: 'hand', laterality: 'X' }])).toBe('Hand');
  });
});
