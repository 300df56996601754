import { escapeHtml } from './escape-html.ts';

/** A picture of a report with its caption. */
export interface ReportPicture {
  readonly caption: string;
  readonly jpeg: Buffer;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #15202b; --paper: #fff; --soft: #5b6b7a; --line: #d5dde4; --one: #0a6cbd; --two: #c2410c; --three: #15803d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7edf2; --paper: #10161c; --soft: #9fb0bf; --line: #2c3945; --one: #58b0ff; --two: #ff9a62; --three: #5fd38d; } }
body { font: 16px/1.5 system-ui, "Noto Sans", "Noto Sans KR", sans-serif; color: var(--ink); background: var(--paper); max-width: 72rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.7rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
.note { color: var(--soft); margin: .25rem 0; } .warning { border: 2px solid var(--two); padding: .5rem .75rem; border-radius: .4rem; font-weight: 600; margin: 1rem 0; }
table { border-collapse: collapse; margin: .75rem 0; font-variant-numeric: tabular-nums; } th, td { text-align: left; padding: .3rem 1.1rem .3rem 0; border-bottom: 1px solid var(--line); } th { color: var(--soft); font-weight: 600; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; }
svg text { fill: var(--soft); font-size: 12px; } svg .title { fill: var(--ink); font-size: 14px; font-weight: 600; }
svg .grid { stroke: var(--line); fill: none; } svg .guide { stroke: var(--soft); stroke-dasharray: 4 4; fill: none; } svg .curve { fill: none; stroke-width: 2; }
svg path.s0, svg circle.s0 { stroke: var(--one); } svg path.s1, svg circle.s1 { stroke: var(--two); } svg path.s2, svg circle.s2 { stroke: var(--three); }
svg circle { fill: var(--paper); stroke-width: 2.5; } svg text.s0 { fill: var(--one); } svg text.s1 { fill: var(--two); } svg text.s2 { fill: var(--three); }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem; } figure { margin: 0; } figure img { width: 100%; max-height: 24rem; object-fit: contain; background: #000; border-radius: .3rem; } figcaption { font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; }
@media print { .pictures { grid-template-columns: repeat(3, 1fr); } figure { break-inside: avoid; } }
`;

/** A self-contained page: no external script, font or picture. */
export function page(title: string, parts: readonly string[]): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`,
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escapeHtml(title)}</h1>`,
    '<p class="warning">Decision support, not for diagnosis.</p>',
    ...parts,
    '</body></html>\n',
  ].join('\n');
}

/** A section of a page with its heading. */
export function section(heading: string, ...content: readonly string[]): string {
  return `<h2>${escapeHtml(heading)}</h2>\n${content.join('\n')}`;
}

export function note(text: string): string {
  return `<p class="note">${escapeHtml(text)}</p>`;
}

export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${cells('th', head)}${rows.map((row) => cells('td', row)).join('')}</table>`;
}

export function pictures(list: readonly ReportPicture[]): string {
  const figures = list.map(({ caption, jpeg }) => {
    const source = `data:image/jpeg;base64,${jpeg.toString('base64')}`;
    return `<figure><img src="${source}" alt="${escapeHtml(caption)}"><figcaption>${escapeHtml(caption)}</figcaption></figure>`;
  });
  return `<div class="pictures">${figures.join('\n')}</div>`;
}
