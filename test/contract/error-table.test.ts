import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ALARM_CODES, ERROR_CODES } from '../../src/contract/error-table.ts';
import { en } from '../../src/web/i18n/codes/en.ts';
import { ko } from '../../src/web/i18n/codes/ko.ts';
import { en as wardEn } from '../../src/web/i18n/ward/en.ts';
import { ko as wardKo } from '../../src/web/i18n/ward/ko.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
/** The table itself, and the pages' sentences. */
const MAY_LIST_CODES = /^src\/(contract\/error-table\/|web\/i18n\/)/;
const MAX_CODES = 2;

const sources = globSync('src/**/*.{ts,tsx}', { cwd: ROOT }).map((path) =>
  ts.createSourceFile(path, readFileSync(`${ROOT}${path}`, 'utf8'), ts.ScriptTarget.Latest, true),
);

describe('the error table', () => {
  it('every row of the error table has a meaning and a hint in full sentences', () => {
    const texts = Object.values(ERROR_CODES).flatMap(({ meaning, hint }) => [meaning, hint]);

    expect(texts.filter((text) => !/^([A-Z]|systemd ).*\.$/.test(text))).toEqual([]);
  });

  it('every alarm and every reason of an image has a sentence in English and in Korean', () => {
    const imageCodes = Object.entries(ERROR_CODES).flatMap(([code, { outcome }]) => (outcome ? [code] : []));

    for (const words of [en, ko]) {
      expect(Object.keys(words.alarms).toSorted()).toEqual([...ALARM_CODES].toSorted());
      expect(Object.keys(words.image).toSorted()).toEqual(imageCodes.toSorted());
      const sentences = [...Object.values(words.alarms), ...Object.values(words.image)];
      expect(sentences.filter(({ short, long }) => short === '' || long === '')).toEqual([]);
    }
  });

  it('the ward display has a reason for every alarm that stops analysis', () => {
    const stopping = ALARM_CODES.filter((code) =>
      ['stopped', 'partly'].includes(ERROR_CODES[code].alarm?.wardEffect ?? 'none'),
    );

    for (const { stopReasons } of [wardEn, wardKo])
      expect(Object.keys(stopReasons).toSorted()).toEqual(stopping.toSorted());
  });

  it('the error table is the only list of error codes in the sources', () => {
    expect(sources.length).toBeGreaterThan(500);
    const lists = sources
      .filter(({ fileName }) => !MAY_LIST_CODES.test(fileName))
      .flatMap((source) => listsOfCodes(source));

    expect(lists).toEqual([]);
  });

  it('every error message in the sources is a full sentence', () => {
    const messages = sources.flatMap((source) => errorMessages(source));

    expect(messages.length).toBeGreaterThan(100);
    expect(messages.filter(({ isSentence }) => !isSentence).map(({ at }) => at)).toEqual([]);
  });
});

function descendants(node: ts.Node): ts.Node[] {
  const found = [node];
  ts.forEachChild(node, (child) => {
    found.push(...descendants(child));
  });
  return found;
}

function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

function listsOfCodes(source: ts.SourceFile): string[] {
  return descendants(source)
    .filter((node) => membersOf(node).filter((text) => Object.hasOwn(ERROR_CODES, text)).length > MAX_CODES)
    .map(placeOf);
}

/** The strings listed by an array, a record of constants or a union of types. */
function membersOf(node: ts.Node): readonly string[] {
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(textOf);
  if (ts.isUnionTypeNode(node))
    return node.types.flatMap((type) => (ts.isLiteralTypeNode(type) ? textOf(type.literal) : []));
  if (!ts.isObjectLiteralExpression(node)) return [];
  return node.properties.flatMap((property) =>
    ts.isPropertyAssignment(property) && isConstant(property.initializer) ? nameOf(property.name) : [],
  );
}

function textOf(node: ts.Node): readonly string[] {
  return ts.isStringLiteral(node) ? [node.text] : [];
}

function nameOf(name: ts.PropertyName): readonly string[] {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? [name.text] : [];
}

function isConstant(node: ts.Expression): boolean {
  return (
    ts.isLiteralExpression(node) || ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node)
  );
}

/** The message of each `new BonewatchError(code, message)` in a source file. */
function errorMessages(source: ts.SourceFile): { readonly at: string; readonly isSentence: boolean }[] {
  return descendants(source).flatMap((node) => {
    if (!ts.isNewExpression(node) || node.expression.getText() !== 'BonewatchError') return [];
    const message = node.arguments?.[1];
    if (message === undefined) return [];
    if (ts.isStringLiteral(message)) return [{ at: placeOf(node), isSentence: isSentence(message.text) }];
    if (!ts.isTemplateExpression(message)) return [];
    // If it begins with a value, only its end is checked; a value at its end is a sentence itself.
    const begin = message.head.text === '' ? 'X' : message.head.text;
    const end = message.templateSpans.at(-1)?.literal.text;
    return [{ at: placeOf(node), isSentence: isSentence(`${begin}${end === '' ? '.' : (end ?? '')}`) }];
  });
}

function isSentence(text: string): boolean {
  return /^[A-Z].*\.$/s.test(text);
}
