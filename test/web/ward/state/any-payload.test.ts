import fc from 'fast-check';
import { expect, it } from 'vitest';
import { en } from '../../../../src/web/i18n/ward/en.ts';
import { ko } from '../../../../src/web/i18n/ward/ko.ts';
import { alertText, notifiedWards } from '../../../../src/web/ward/alerts/alert-text.ts';
import { readAlert, readHealth } from '../../../../src/web/ward/state/read-payload.ts';
import { momentText } from '../../../../src/web/ward/time/moment-text.ts';
import { anAlert } from '../../../support/an-alert.ts';

const NOW = Date.parse('2026-11-22T05:38:30Z');
const FACTS = {
  site: { id: 'hospital', name: '', timezone: 'Asia/Seoul' },
  ward: { id: 'ward-3', name: '3병동', detail: '' },
  wardNames: {},
};
const FIELDS = Object.keys(anAlert({ id: 'a' }, NOW));
const TIMES = ['acquired', 'received', 'inferred', 'published', 'acknowledged'];
const anyTime = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('', 'soon', '2026-13-40', '0000-00-00T00:00:00Z', '+275760-09-13', '2026-11-22T14:36:05'),
);

it('an alert whose fields hold anything is shown or dropped, and never breaks a ward display', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FIELDS), fc.jsonValue(), (field, value) => {
      expect(textsOf({ ...anAlert({ id: 'a' }, NOW), [field]: value })).not.toBe('');
    }),
    { numRuns: 500 },
  );
});

it('an alert whose times hold anything is shown or dropped, and never breaks a ward display', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TIMES), anyTime, (name, value) => {
      const alert = anAlert({ id: 'a' }, NOW);
      expect(textsOf({ ...alert, times: { ...alert.times, [name]: value } })).not.toBe('');
    }),
    { numRuns: 500 },
  );
});

it('a health message whose last image has any time never breaks a ward display', () => {
  fc.assert(
    fc.property(anyTime, (value) => {
      const health = readHealth(JSON.stringify({ ts: value, lastImageAt: value, imagesToday: [value] }));
      const at = health?.lastImageAt ?? null;
      if (at !== null) expect(momentText(at, { now: NOW, timezone: 'Asia/Seoul', words: ko })).not.toBe('');
    }),
    { numRuns: 500 },
  );
});

/** Everything that a row and an arrival show; `dropped` for a payload that is no alert. */
function textsOf(payload: object): string {
  const alert = readAlert(JSON.stringify(payload));
  if (alert === null) return 'dropped';
  return JSON.stringify(
    [ko, en].map((words) => [
      alertText(alert, { facts: FACTS, words, now: NOW }),
      notifiedWards(alert, FACTS),
    ]),
  );
}
