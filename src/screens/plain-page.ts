import { readFileSync } from 'node:fs';
import type { FastifyReply } from 'fastify';
import { plainWordsFor } from './plain-words.ts';

interface PlainLink {
  readonly href: string;
  readonly text: string;
  readonly detail: string;
}

export interface PlainPage {
  send(reply: FastifyReply, title: string, links: readonly PlainLink[]): FastifyReply;
  /** A 404 page with a link to all wards. */
  sendMissing(reply: FastifyReply): FastifyReply;
}

/** The built page of links, ready to be filled with a title and links. */
export function readPlainPage(
  pages: string,
  site: { readonly name: string; readonly language: 'ko' | 'en' },
): PlainPage {
  const template = readFileSync(`${pages}/plain/index.html`, 'utf8');
  const words = plainWordsFor(site.language);
  const fixed = {
    language: site.language,
    site: escapeHtml(site.name),
    notForDiagnosis: escapeHtml(words.notForDiagnosis),
  };

  function send(reply: FastifyReply, title: string, links: readonly PlainLink[]): FastifyReply {
    const values = { ...fixed, title: escapeHtml(title), links: links.map(linkHtml).join('\n') };
    return reply
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(fill(template, values));
  }

  return {
    send,
    sendMissing: (reply) =>
      send(reply.code(404), words.noSuchWard, [{ href: '/', text: words.allWards, detail: '' }]),
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
