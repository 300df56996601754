import { describe, expect, it } from 'vitest';
import { escapeControls, escapeJson, escapeName } from '../../src/contract/escape-controls.ts';

const HOSTILE = 'a\u001B]0;t\u0007\u009B2J\r\u202Egnp.\u2066b\u2028';

describe('text for a terminal', () => {
  it('control characters and marks that reorder text are printed as their codes', () => {
    expect(escapeControls(HOSTILE)).toBe('a\\x1b]0;t\\x07\\x9b2J\\x0d\\u202egnp.\\u2066b\\u2028');
  });

  it('Korean and accented names and the line feeds of a report are unchanged', () => {
    expect(escapeControls('3병동 손목é.png\n\tx')).toBe('3병동 손목é.png\n\tx');
  });

  it('a name stays within its line', () => {
    expect(escapeName('a\nb\tc')).toBe('a\\nb\\tc');
  });

  it('JSON has the same value and no character that a terminal acts on', () => {
    const json = escapeJson(JSON.stringify({ file: HOSTILE }, null, 1));

    expect(JSON.parse(json)).toEqual({ file: HOSTILE });
    expect(json).toMatch(/^[\n\u0020-\u007E]+$/u);
  });
});
