import type { JSX } from 'preact';

/** The ward an escalated alert comes from, reversed out of the line: on any other ward that is where the patient is. */
export function EscalatedFrom({ ward }: { readonly ward: string | null }): JSX.Element | null {
  return ward === null ? null : <span class="from">{ward} </span>;
}
