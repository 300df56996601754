import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { plainWordsFor } from '../../../src/screens/plain-words.ts';
import { accountWords } from '../../../src/web/i18n/account/words.ts';
import { consoleWords } from '../../../src/web/i18n/console/words.ts';
import { en as searchEn } from '../../../src/web/i18n/search/en.ts';
import { ko as searchKo } from '../../../src/web/i18n/search/ko.ts';
import { qualityWords } from '../../../src/web/i18n/quality/words.ts';
import { systemWords } from '../../../src/web/i18n/system/words.ts';
import { wardWords } from '../../../src/web/i18n/ward/words.ts';

const MACHINE_ALARMS = ['BOARD_HOT', 'BOARD_SLOWED', 'BOARD_OVER_CURRENT', 'MEMORY_LOW'] as const;
const { ko, en } = wardWords;

const FAMILIES: Readonly<Record<string, { readonly ko: object; readonly en: object }>> = {
  ward: wardWords,
  account: accountWords,
  console: consoleWords,
  quality: qualityWords,
  system: systemWords,
  search: { ko: { ...searchKo, regions: null }, en: { ...searchEn, regions: null } },
  plain: { ko: plainWordsFor('ko'), en: plainWordsFor('en') },
};

/** Every text with its key; a formatting function counts with its result for a number as text. */
function textsOf(value: unknown, key = ''): readonly (readonly [key: string, text: unknown])[] {
  if (typeof value === 'function')
    return textsOf((value as (...values: unknown[]) => unknown)('7', '9'), key);
  if (typeof value !== 'object' || value === null) return [[key, value]];
  return Object.entries(value).flatMap(([name, inner]) => textsOf(inner, `${key}.${name}`));
}

/** A list or a function is a leaf: a language may list more synonyms than another. */
function keysOf(value: object, prefix = ''): readonly string[] {
  return Object.entries(value as Record<string, unknown>).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? keysOf(inner, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}

describe.each(Object.entries(FAMILIES))('the texts of the %s pages', (_family, words) => {
  it('have every key in both languages', () => {
    expect(keysOf(words.ko).toSorted()).toEqual(keysOf(words.en).toSorted());
  });

  it.each(['ko', 'en'] as const)('have no empty text in %s', (language) => {
    const empty = textsOf(words[language]).filter(([, text]) => text === '' || text === undefined);

    expect(empty).toEqual([]);
  });
});

describe('the texts of the ward display', () => {
  it('name rooms and beds as the ward does, by number or by name', () => {
    expect(ko.place('302', '2')).toBe('302호 2번 침상');
    expect(en.place('302', '2')).toBe('Room 302, bed 2');
    expect(ko.place('집중치료실', null)).toBe('집중치료실');
    expect(ko.place(null, null)).toBe('');
  });

  it('never claim a fracture, only that one is suspected or likely', () => {
    for (const words of [ko, en]) {
      expect([words.suspected, words.veryLikely].join(' ')).toMatch(/의심|suspected/);
      expect(words.notForDiagnosis).toMatch(/진단용 아님|Not for diagnosis/);
    }
  });

  it('are listed for review until a native reader has read them', () => {
    const list = readFileSync(new URL('../../../docs/korean-to-review.md', import.meta.url), 'utf8');
    const shown = [
      ...ko.badgeUnknown,
      ko.stopped.title,
      ko.stopReasons.STORE_FAILED,
      ko.stopReasons.ANALYSIS_STOPPED,
      ko.partly.detail,
      ko.copy.title,
      ko.copy.detail('14:37'),
      ko.alsoNotified('응급실'),
      ko.pictureUncertain,
      plainWordsFor('ko').chooseWard,
      plainWordsFor('ko').noSuchWard,
      ko.unknownWard.title,
      ko.unknownWard.meaning('w3'),
      ko.unknownWard.next,
      ko.undelivered.title,
      ko.undelivered.meaning,
      ko.unknownAge,
      ko.refusals['not-recorded'],
      ko.refusals['not-allowed'],
      ko.markedCopy,
      ...ko.markedCopyNote,
      ...[...MACHINE_ALARMS, 'WARD_REMOVED' as const, 'CLOCK_IMPLAUSIBLE' as const]
        .map((code) => consoleWords.ko.alarms[code])
        .flatMap(({ short, long }) => [short, long]),
      systemWords.ko.powerMode,
    ];

    const listed = [...list.matchAll(/^\| ([^|]*[가-힣][^|]*) \|/gm)].map(([, sentence = '']) =>
      sentence.trim(),
    );
    expect(listed.toSorted()).toEqual(shown.toSorted());
  });

  it('use no marketing word', () => {
    const source = ['ko', 'en'].map((name) =>
      readFileSync(new URL(`../../../src/web/i18n/ward/${name}.ts`, import.meta.url), 'utf8'),
    );

    expect(source.join('\n')).not.toMatch(/\bAI\b|smart|powered|스마트|인공지능/i);
  });
});
