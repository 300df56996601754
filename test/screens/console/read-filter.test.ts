import { describe, expect, it } from 'vitest';
import { readFilter } from '../../../src/screens/console/read-filter.ts';

describe('the filter in the query of the image list', () => {
  it('verdict=none selects the images without a verdict', () => {
    expect(readFilter({ verdict: 'none' })?.filter).toMatchObject({ isWithoutVerdict: true });
    expect(readFilter({})?.filter).toMatchObject({ isWithoutVerdict: false });
  });

  it('a verdict other than none is rejected', () => {
    expect(readFilter({ verdict: 'agree' })).toBeNull();
  });
});
