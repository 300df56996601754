import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const PAGES = fileURLToPath(new URL('../../../src/web/', import.meta.url));
/** Attributes and properties whose text a person or a screen reader reads. */
const SHOWN_ATTRIBUTES = ['title', 'alt', 'placeholder', 'label', 'aria-label', 'detail', 'hint', 'empty'];
/** The name of the product and a unit: the same in every language. */
const ALLOWED_TEXTS = ['Bonewatch', '°C'];
/** Parses dates as people type them: in Korean 11월22일. */
const HANGUL_ALLOWED_IN = ['console/list/parse-search.ts'];
const HANGUL = /\p{Script=Hangul}/u;

function sourcesOutsideI18n(): readonly { readonly path: string; readonly file: ts.SourceFile }[] {
  return globSync('**/*.{ts,tsx}', { cwd: PAGES })
    .filter((path) => !path.startsWith('i18n/'))
    .map((path) => ({
      path,
      file: ts.createSourceFile(path, readFileSync(`${PAGES}${path}`, 'utf8'), ts.ScriptTarget.Latest, true),
    }));
}

/** All nodes of a file, in their order. */
function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* nodesOf(child);
}

/** The fixed parts of what an expression may evaluate to. */
function literalsOf(node: ts.Node | undefined): readonly string[] {
  if (node === undefined) return [];
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isJsxExpression(node) || ts.isParenthesizedExpression(node)) return literalsOf(node.expression);
  if (ts.isConditionalExpression(node)) return [...literalsOf(node.whenTrue), ...literalsOf(node.whenFalse)];
  if (ts.isBinaryExpression(node)) return literalsOf(node.right);
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
  return [];
}

function shownTextsOf(node: ts.Node): readonly string[] {
  if (ts.isJsxText(node)) return isInKey(node) ? [] : [node.text];
  if (ts.isJsxAttribute(node))
    return SHOWN_ATTRIBUTES.includes(node.name.getText()) ? literalsOf(node.initializer) : [];
  const isChild = ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent);
  return isChild && !isInKey(node) ? literalsOf(node) : [];
}

/** The names of keys are the ones printed on the keyboard. */
function isInKey({ parent }: ts.Node): boolean {
  return ts.isJsxElement(parent) && parent.openingElement.tagName.getText() === 'kbd';
}

describe('the components of the pages', () => {
  it('contain no text: every text that is shown comes from the i18n folder', () => {
    const found = sourcesOutsideI18n().flatMap(({ path, file }) =>
      [...nodesOf(file)]
        .flatMap(shownTextsOf)
        .map((text) => text.trim())
        .filter((text) => /\p{L}/u.test(text) && !ALLOWED_TEXTS.includes(text))
        .map((text) => `${path}: ${text}`),
    );

    expect(found).toEqual([]);
  });

  it('contain no Korean outside the i18n folder, in any literal', () => {
    const found = sourcesOutsideI18n()
      .filter(({ path }) => !HANGUL_ALLOWED_IN.includes(path))
      .flatMap(({ path, file }) =>
        [...nodesOf(file)]
          .filter(
            (node) => ts.isLiteralExpression(node) || ts.isTemplateExpression(node) || ts.isJsxText(node),
          )
          .filter((node) => HANGUL.test(node.getText()))
          .map((node) => `${path}: ${node.getText()}`),
      );

    expect(found).toEqual([]);
  });

  it('are checked by a test that does find a text in a component', () => {
    const file = ts.createSourceFile(
      'probe.tsx',
      "const probe = <p title='Hello'>{isOn ? 'On' : ''} Text <kbd>Esc</kbd></p>;",
      ts.ScriptTarget.Latest,
      true,
    );

    const texts = [...nodesOf(file)].flatMap(shownTextsOf).map((text) => text.trim());
    expect(texts.filter(Boolean)).toEqual(['Hello', 'On', 'Text']);
  });
});
