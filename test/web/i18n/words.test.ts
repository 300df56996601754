import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { plainWordsFor } from '../../../src/screens/plain-words.ts';
import { consoleWordsFor } from '../../../src/web/i18n/console/console-words-for.ts';
import { systemWordsFor } from '../../../src/web/i18n/system/system-words.ts';
import { en } from '../../../src/web/i18n/ward/en.ts';
import { ko } from '../../../src/web/i18n/ward/ko.ts';

const MACHINE_ALARMS = ['BOARD_HOT', 'BOARD_SLOWED', 'BOARD_OVER_CURRENT', 'MEMORY_LOW'] as const;

function keysOf(value: object, prefix = ''): readonly string[] {
  return Object.entries(value as Record<string, unknown>).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner !== null ? keysOf(inner, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

describe('the words of the screens', () => {
  it('says everything in both languages', () => {
    expect(keysOf(ko).toSorted()).toEqual(keysOf(en).toSorted());
  });

  it('leaves no sentence empty', () => {
    const empty = [ko, en].flatMap((words) => Object.entries(words).filter(([, value]) => value === ''));

    expect(empty).toEqual([]);
  });

  it('reads rooms and beds as the ward does, by number or by name', () => {
    expect(ko.place('302', '2')).toBe('302호 2번 침상');
    expect(en.place('302', '2')).toBe('Room 302, bed 2');
    expect(ko.place('집중치료실', null)).toBe('집중치료실');
    expect(ko.place(null, null)).toBe('');
  });

  it('never claims a fracture, only suspects it or finds it likely', () => {
    for (const words of [ko, en]) {
      expect([words.suspected, words.veryLikely].join(' ')).toMatch(/의심|suspected/);
      expect(words.notForDiagnosis).toMatch(/진단용 아님|Not for diagnosis/);
    }
  });

  it('lists what a native reader has yet to see exactly as the screens say it', () => {
    const list = readFileSync(new URL('../../../docs/korean-to-review.md', import.meta.url), 'utf8');
    const said = [
      ...[
        ...ko.badgeUnknown,
        ko.stopped.title,
        ko.stopReasons.STORE_FAILED,
        ko.stopReasons.ANALYSIS_STOPPED,
        ko.partly.detail,
        ko.copy.title,
      ],
      ...[ko.copy.detail('14:37'), ko.alsoTold('응급실')],
      ...[plainWordsFor('ko').chooseWard, plainWordsFor('ko').noSuchWard],
      ...[ko.notRecorded, ko.notAllowed],
      ...[ko.markedCopy, ...ko.markedCopyNote],
      ...MACHINE_ALARMS.map((code) => consoleWordsFor('ko').alarms[code]).flatMap(({ short, long }) => [
        short,
        long,
      ]),
      systemWordsFor('ko').powerMode,
    ];

    const listed = [...list.matchAll(/^\| ([^|]*[가-힣][^|]*) \|/gm)].map(([, sentence = '']) =>
      sentence.trim(),
    );
    expect(listed.toSorted()).toEqual(said.toSorted());
  });

  it('uses no word that would sell something', () => {
    const source = ['ko', 'en'].map((name) =>
      readFileSync(new URL(`../../../src/web/i18n/ward/${name}.ts`, import.meta.url), 'utf8'),
    );

    expect(source.join('\n')).not.toMatch(/\bAI\b|smart|powered|스마트|인공지능/i);
  });
});
