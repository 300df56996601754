import { readFileSync } from 'node:fs';
import { wordsFor } from './pages/words/words-for.ts';

interface PlainLink {
  readonly href: string;
  readonly text: string;
  readonly detail: string;
}

export interface PlainPage {
  render(title: string, links: readonly PlainLink[]): string;
}

/** The built page that only leads somewhere, ready to be filled with a title and links. */
export function readPlainPage(
  pages: string,
  site: { readonly name: string; readonly language: 'ko' | 'en' },
): PlainPage {
  const template = readFileSync(`${pages}/plain/index.html`, 'utf8');
  const fixed = {
    language: site.language,
    site: escapeHtml(site.name),
    notForDiagnosis: escapeHtml(wordsFor(site.language).notForDiagnosis),
  };
  return {
    render: (title, links) =>
      fill(template, { ...fixed, title: escapeHtml(title), links: links.map(linkHtml).join('\n') }),
  };
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_match, key: string) => values[key] ?? '');
}

function linkHtml({ href, text, detail }: PlainLink): string {
  const small = detail === '' ? '' : `<small>${escapeHtml(detail)}</small>`;
  return `<li><a href="${escapeHtml(href)}">${escapeHtml(text)}${small}</a></li>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
