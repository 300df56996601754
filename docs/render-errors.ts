import { ERROR_CODES } from '../src/contract/error-table.ts';
import { code, pageHead, prose, table } from './markdown.ts';

const RETRY_WORDS = { never: 'never', later: 'by itself, later' };

/** The page of everything that can go wrong, from the error table. */
export function renderErrors(): string {
  const rows = Object.entries(ERROR_CODES).map(([name, { meaning, retry, hint }]) => [
    code(name),
    prose(meaning),
    RETRY_WORDS[retry],
    prose(hint),
  ]);
  return [
    pageHead('Errors', '`src/contract/error-table.ts`'),
    'Every failure has a code. It stands in the log (`err.code`), in results (`reason.code`), in technical alarms',
    'and here. A code is never reused for something else.\n',
    table(['code', 'meaning', 'tried again', 'what to do'], rows),
  ].join('\n');
}
