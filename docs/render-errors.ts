import { ALARM_CODES, compareAlarms, ERROR_CODES } from '../src/contract/error-table.ts';
import { code, pageHead, prose, table } from './markdown.ts';

const RETRY_WORDS = { never: 'never', later: 'automatically' };
const CONSEQUENCE_WORDS = {
  alerts: 'alerts do not reach a ward',
  images: 'images are not analysed or not stored',
  record: 'the record is in doubt',
  slower: 'slower',
  later: 'nothing yet',
};
const WARD_WORDS = { none: 'nothing', slow: 'slower', partly: 'a folder missing', stopped: 'no analysis' };

/** The page of everything that can go wrong, from the error table. */
export function renderErrors(): string {
  const entries = Object.entries(ERROR_CODES);
  const rows = entries.map(([name, { meaning, retry, hint, outcome }]) => [
    code(name),
    prose(meaning),
    RETRY_WORDS[retry],
    outcome === undefined ? '' : code(outcome),
    prose(hint),
  ]);
  const alarms = ALARM_CODES.toSorted(compareAlarms).flatMap((name) => {
    const { alarm } = ERROR_CODES[name];
    if (alarm === undefined) return [];
    const { about, consequence, wardEffect, degrades, priority } = alarm;
    const consequences = CONSEQUENCE_WORDS[consequence];
    return [[code(name), about, consequences, WARD_WORDS[wardEffect], degrades ? 'yes' : 'no', priority]];
  });
  const exits = entries.filter(([, { exit }]) => exit === 78).map(([name]) => code(name));
  return [
    pageHead('Errors', '`src/contract/error-table.ts`'),
    'Every failure has a code. It is in the log (`code` or `err.code`), in results (`reason.code`), in technical alarms',
    'and on this page. A code is never reused for something else. Image status is the `status` of a result whose',
    `reason it is. A command that fails exits with 1, or with 78 for ${exits.join(', ')}.\n`,
    table(['code', 'meaning', 'retried', 'image status', 'what to do'], rows),
    '\n## Technical alarms\n',
    'These codes raise a technical alarm. It is about the device, never about a patient. Ward displays show its effect on',
    'the analysis; `degraded` in the info and health messages lists those that degrade it. Raising or clearing an alarm',
    'writes one log line with this priority, whatever `log.level` is. Console, system page, `/health`, `bonewatch doctor`',
    'and the messages list active alarms in the order of this table, the worst consequence first.\n',
    table(['code', 'about', 'consequence', 'ward displays show', 'degrades', 'priority'], alarms),
  ].join('\n');
}
