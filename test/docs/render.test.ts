import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findStalePages } from '../../docs/render.ts';
import { renderThirdParty } from '../../docs/render-third-party.ts';
import { configSchema } from '../../src/config/schema.ts';
import { buildTopic } from '../../src/contract/topics.ts';

function readDocs(name: string): Promise<string> {
  return readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
}

describe('the reference pages', () => {
  it('the generated pages match the code (if not: npm run docs)', async () => {
    expect(await findStalePages()).toEqual([]);
  });

  it('the example configuration is valid and has under ten lines', async () => {
    const text = await readDocs('bonewatch.example.yaml');

    expect(text.trimEnd().split('\n').length).toBeLessThan(10);
    expect(configSchema.safeParse(parse(text)).error).toBeUndefined();
  });

  it('docs/mqtt.md describes every topic, each with a payload that parses', async () => {
    const site = '<site>';
    const [device, ward, display, alertId] = ['<device>', '<ward>', '<display>', '<id>'];
    const topics = [
      buildTopic({ kind: 'availability', site, device }),
      buildTopic({ kind: 'info', site, device }),
      buildTopic({ kind: 'health', site, device }),
      buildTopic({ kind: 'image', site, device }),
      buildTopic({ kind: 'technical', site, device, code: '<code>' }),
      buildTopic({ kind: 'alert', site, ward, alertId }),
      buildTopic({ kind: 'alert-command', site, ward, alertId }),
      buildTopic({ kind: 'event', site, ward }),
      buildTopic({ kind: 'display-availability', site, display }),
      buildTopic({ kind: 'receipt', site, display }),
    ];
    const page = await readDocs('mqtt.md');

    for (const topic of topics) expect(page).toContain(`\n\`${topic}\`\n`);
    const payloads = [...page.matchAll(/```json\n(.*?)```/gs)].map(
      (match) => JSON.parse(match[1] ?? '') as unknown,
    );
    expect(payloads).toHaveLength(topics.length);
  });

  it('the list of packages rejects a licence that forbids redistribution', () => {
    const lock = (license: string) => ({ packages: { 'node_modules/x': { version: '1.0.0', license } } });

    expect(() => renderThirdParty(lock('AGPL-3.0-only'))).toThrow('x 1.0.0 is AGPL-3.0-only');
    expect(() => renderThirdParty(lock('MIT AND GPL-2.0'))).toThrow();
    expect(() => renderThirdParty(lock('(MIT OR GPL-2.0)'))).not.toThrow();
    expect(() => renderThirdParty({ packages: { 'node_modules/x': { version: '1.0.0' } } })).toThrow(
      'unknown',
    );
  });
});
