/** Text of another program as a sentence: capital first, full stop last. */
export function toSentence(text: string): string {
  const clause = toClause(text);
  return `${clause.slice(0, 1).toUpperCase()}${clause.slice(1)}.`;
}

/** Text without its full stop, to be used inside a sentence. */
export function toClause(text: string): string {
  return text.trim().replace(/\.+$/, '');
}
