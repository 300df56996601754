import { describe, expect, it } from 'vitest';
import { parseSearch } from '../../../../src/web/console/list/parse-search.ts';

/** Sunday, 14:38 in Seoul. */
const NOW = Date.parse('2026-11-22T05:38:00Z');
const SEOUL = 'Asia/Seoul';
const search = (text: string) => parseSearch(text, NOW, SEOUL);

describe('the search parser', () => {
  it('yesterday’s suspected wrists are understood in Korean and in English', () => {
    const yesterday = { from: Date.parse('2026-11-20T15:00:00Z'), to: Date.parse('2026-11-21T15:00:00Z') };
    const wanted = { ...yesterday, regions: ['wrist'], outcomes: ['fracture-suspected'] };

    expect(search('어제 손목 의심').search).toEqual(wanted);
    expect(search('yesterday Wrist suspected').search).toEqual(wanted);
  });

  it('days, ranges and months are understood in their usual notations', () => {
    const day = (first: string, last: string) => ({
      from: Date.parse(`${first}T00:00:00+09:00`),
      to: Date.parse(`${last}T00:00:00+09:00`) + 86_400_000,
    });

    expect(search('2026-11-03').search).toEqual(day('2026-11-03', '2026-11-03'));
    expect(search('11/3').search).toEqual(day('2026-11-03', '2026-11-03'));
    expect(search('11월3일').search).toEqual(day('2026-11-03', '2026-11-03'));
    expect(search('11-20~').search).toEqual(day('2026-11-20', '2026-11-22'));
    expect(search('2026-10').search).toEqual(day('2026-10-01', '2026-10-31'));
    expect(search('12-24').search).toEqual(day('2025-12-24', '2025-12-24'));
  });

  it('a day with a clock change begins and ends at local midnight', () => {
    const berlin = parseSearch('2026-10-25', NOW, 'Europe/Berlin').search;

    expect((berlin.to ?? 0) - (berlin.from ?? 0)).toBe(25 * 60 * 60_000);
  });

  it('states of several words and case numbers are understood, and unknown words are reported', () => {
    expect(search('분석 안 함').search).toEqual({ statuses: ['not-analysed'] });
    expect(search('could not be read').search).toEqual({ statuses: ['failed'] });
    expect(search('K7Q2').search).toEqual({ caseRef: 'K7Q2' });
    expect(search('손목 ???')).toEqual({ search: { regions: ['wrist'] }, unknown: ['???'] });
    expect(search('2026-13-40').unknown).toEqual(['2026-13-40']);
  });
});
