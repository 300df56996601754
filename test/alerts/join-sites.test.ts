import { expect, it } from 'vitest';
import type { Site } from '../../src/contract/alert.ts';
import { joinSites } from '../../src/alerts/join-sites.ts';

const site = (bodyPart: string | null, laterality: Site['laterality'] = null): Site => ({
  bodyPart,
  laterality,
});

it.each([
  ['the other side', [site('wrist', 'L')], site('wrist', 'R'), true, 2],
  ['another body part', [site('wrist', 'L')], site('hip', 'L'), true, 2],
  ['the same place', [site('wrist', 'L')], site('wrist', 'L'), false, 1],
  ['less than is known', [site('wrist', 'L')], site(null, 'L'), false, 1],
  ['the side of what was known', [site('wrist')], site('wrist', 'L'), false, 1],
  ['one side of both', [site('wrist', 'B')], site('wrist', 'R'), false, 1],
  ['the first place of all', [], site('wrist', 'R'), false, 1],
])('a finding that is %s', (_, known, seen, isWider, count) => {
  const joined = joinSites(known, [seen]);

  expect(joined.isWider).toBe(isWider);
  expect(joined.sites).toHaveLength(count);
});

it('knows a second body part even where another finding stays the clearest', () => {
  const joined = joinSites([site('wrist', 'L')], [site('wrist', 'L'), site('foot', 'L')]);

  expect(joined).toEqual({ sites: [site('wrist', 'L'), site('foot', 'L')], isWider: true });
});
