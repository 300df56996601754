import { describe, expect, it } from 'vitest';
import { en } from '../../../../src/web/i18n/ward/en.ts';
import { ko } from '../../../../src/web/i18n/ward/ko.ts';
import { agoText, alertAge } from '../../../../src/web/ward/time/age-text.ts';
import { alertText, notifiedWards } from '../../../../src/web/ward/alerts/alert-text.ts';
import { orderAlerts } from '../../../../src/web/ward/state/order-alerts.ts';
import { readAlert, readHealth } from '../../../../src/web/ward/state/read-payload.ts';
import { rowLayout, rowSize } from '../../../../src/web/ward/alerts/row-layout.ts';
import { siteClock, siteDateText, siteDayFraction } from '../../../../src/web/shared/site-time.ts';
import { anAlert } from '../../../support/an-alert.ts';

const NOW = Date.parse('2026-11-22T05:38:30Z');
const SEOUL = 'Asia/Seoul';
/** The facts of the hospital that a ward display has. */
const aWard = (id: string) => ({
  site: { id: 'hospital', name: '', timezone: SEOUL },
  ward: { id, name: id, detail: '' },
  wardNames: { 'ward-3': '3병동', er: '응급실' },
});
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('the rows of a ward', () => {
  it('are sorted by priority, then the oldest first', () => {
    const alerts = [
      anAlert({ id: 'low', priority: 'low', minutesAgo: 9 }, NOW),
      anAlert({ id: 'new', priority: 'medium', minutesAgo: 1 }, NOW),
      anAlert({ id: 'high', priority: 'high', minutesAgo: 0 }, NOW),
      anAlert({ id: 'old', priority: 'medium', minutesAgo: 5 }, NOW),
    ];

    expect(orderAlerts(alerts).map((alert) => alert.id)).toEqual(['high', 'old', 'new', 'low']);
  });

  it.each([
    [1, { rows: 1, more: 0, isTight: false }],
    [3, { rows: 3, more: 0, isTight: false }],
    [4, { rows: 4, more: 0, isTight: true }],
    [5, { rows: 3, more: 2, isTight: true }],
    [12, { rows: 3, more: 9, isTight: true }],
  ])('%i alerts share the wall so that each is shown or counted', (count, expected) => {
    const layout = rowLayout(count, false);

    expect(layout).toMatchObject(expected);
    expect(layout.rows + layout.more).toBe(count);
  });

  it('leave space for the lane of a degraded device', () => {
    expect(rowLayout(4, true)).toMatchObject({ rows: 2, more: 2 });
  });

  it('become one size larger when an alert is escalated', () => {
    expect(rowSize(anAlert({ priority: 'medium', state: 'escalated' }))).toBe('high');
    expect(rowSize(anAlert({ priority: 'low', state: 'escalated' }))).toBe('medium');
    expect(rowSize(anAlert({ priority: 'low' }))).toBe('low');
  });
});

describe('the texts of an alert', () => {
  it('name the ward that an alert comes from only if it was escalated', () => {
    const onEmergency = { facts: aWard('er'), words: ko, now: NOW };

    expect(alertText(anAlert(), onEmergency)).toMatchObject({ from: '3병동', title: '왼쪽 손목' });
    expect(alertText(anAlert(), onEmergency).brief).toBe('3병동 · 왼쪽 손목 · K7Q2');
    expect(alertText(anAlert({ place: { ward: 'er' } }), onEmergency).from).toBeNull();
    expect(alertText(anAlert({ place: { ward: 'unheard-of' } }), onEmergency).from).toBe('unheard-of');
  });

  it('name on its own ward the other notified wards once it is escalated', () => {
    const wards = ['ward-3', 'er'];

    expect(notifiedWards(anAlert({ state: 'escalated', wards }), aWard('ward-3'))).toEqual(['응급실']);
    expect(notifiedWards(anAlert({ state: 'escalated', wards }), aWard('er'))).toEqual([]);
    expect(notifiedWards(anAlert({ wards }), aWard('ward-3'))).toEqual([]);
  });

  it('cover a reason that only a later version knows', () => {
    const withdrawn = { by: 'Dr Han', reason: 'something-new', at: '2026-11-22T05:36:00Z' };
    const read = readAlert(JSON.stringify({ ...anAlert({ state: 'closed' }), withdrawn }));

    expect(read?.withdrawn).toEqual({ ...withdrawn, reason: 'other' });
    expect(readAlert(JSON.stringify({ ...anAlert(), withdrawn: undefined }))?.withdrawn).toBeNull();
  });

  it('start with body part and case number if no place is known', () => {
    const text = alertText(
      anAlert({ outcome: 'fracture-detected', times: { acquired: '2026-11-22T05:36:00Z' } }, NOW),
      { facts: aWard('ward-3'), words: ko, now: NOW },
    );

    expect(text).toMatchObject({ title: '왼쪽 손목', code: 'K7Q2', views: '3장 중 2장에서 소견' });
    expect(plain(text.finding)).toBe('골절 가능성 높음 · 14:36 촬영');
  });

  it('start with the place if the alert has a room', () => {
    const text = alertText(anAlert({ place: { room: '302', bed: '2' } }, NOW), {
      facts: aWard('ward-3'),
      words: en,
      now: NOW,
    });

    expect(text).toMatchObject({
      title: 'Room 302, bed 2',
      code: null,
      finding: 'Left wrist · fracture suspected',
    });
  });

  it('state that the body part is unknown, and never show a number for confidence', () => {
    const text = alertText(anAlert({ bodyPart: 'tail', laterality: null, confidence: 0.87 }, NOW), {
      facts: aWard('ward-3'),
      words: ko,
      now: NOW,
    });

    expect(text.title).toBe('부위 미상');
    expect(JSON.stringify(text)).not.toMatch(/0\.87|87|%/);
  });

  it('show a time without an offset as the site wrote it', () => {
    expect(siteClock('2026-11-22T14:36:10', 'America/New_York')).toBe('14:36');
    expect(siteClock('2026-11-22T05:36:10Z', SEOUL)).toBe('14:36');
  });

  it.each([
    [0, '방금', 'just now'],
    [59, '방금', 'just now'],
    [180, '3분 전', '3 min ago'],
    [7_300, '2시간 전', '2 h ago'],
  ])('after %i s', (seconds, korean, english) => {
    const since = new Date(NOW - seconds * 1000).toISOString();
    expect(plain(agoText(since, NOW, ko))).toBe(korean);
    expect(plain(agoText(since, NOW, en))).toBe(english);
  });

  it.each(['1970-01-01T00:05:00Z', '2036-01-01T00:00:00Z'])(
    'give no number of hours for the time %s of a wrong clock',
    (received) => {
      expect(alertAge(received, NOW, en)).toEqual({ text: 'Not seen', isLate: true });
      expect(alertAge(received, NOW, ko).text).toBe('미확인');
      expect(agoText(received, NOW, en)).toBe('age unknown');
    },
  );

  it('state after five minutes for how long the alert has been unseen', () => {
    const at = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();

    expect(alertAge(at(4.9), NOW, ko).isLate).toBe(false);
    expect(alertAge(at(7), NOW, ko)).toEqual({ text: '7분째\u00a0미확인', isLate: true });
    expect(alertAge(at(75), NOW, en).text).toBe('Not seen for 1 h 15 min');
  });

  it('show the day in the language and the time zone of the site', () => {
    expect(siteDateText(NOW, SEOUL, ko)).toBe('11월 22일 (일)');
    expect(siteDateText(NOW, SEOUL, en)).toBe('Sun 22 Nov');
    expect(siteDayFraction(Date.parse('2026-11-22T03:00:00Z'), NOW, SEOUL)).toBe(0.5);
    expect(siteDayFraction(Date.parse('2026-11-21T03:00:00Z'), NOW, SEOUL)).toBeNull();
  });
});

describe('the parser of retained payloads', () => {
  it.each(['', 'null', '{}', '[1]', '{"id":"a","rev":1}', '{"id":"a","rev":"1","state":"open"}', '\u0000'])(
    'rejects %j as an alert',
    (payload) => {
      expect(readAlert(payload)).toBeNull();
    },
  );

  it('reads the known fields of an alert from a later version', () => {
    const alert = { ...anAlert({}, NOW), place: undefined, images: undefined, flavour: 'new' };

    expect(readAlert(JSON.stringify(alert))).toMatchObject({
      place: { room: null, bed: null },
      images: { count: 1, withFindings: 1 },
    });
  });

  it('accepts a picture only from the server of the page', () => {
    const own = '/api/ward/ward-3/alerts/01JD0000000000000000000001/picture?news=1';
    const thumbnailOf = (thumbnail: unknown) =>
      readAlert(JSON.stringify({ ...anAlert({}, NOW), thumbnail }))?.thumbnail;

    expect(thumbnailOf(own)).toBe(own);
    for (const other of [
      null,
      '',
      `https://elsewhere.example${own}`,
      '//elsewhere.example/picture?news=1',
      '/api/ward/ward-3/../../sign-out/picture?news=1',
      'data:image/png;base64,AAAA',
      `${own}" onerror="alert(1)`,
    ]) {
      expect([other, thumbnailOf(other)]).toEqual([other, undefined]);
    }
  });

  it('reads the last image in both forms', () => {
    const at = '2026-11-22T05:32:00Z';

    expect(readHealth(JSON.stringify({ ts: at, lastImageAt: at }))?.lastImageAt).toBe(at);
    expect(readHealth(JSON.stringify({ ts: at, lastImage: { at, status: 'analysed' } }))?.lastImageAt).toBe(
      at,
    );
  });
});
