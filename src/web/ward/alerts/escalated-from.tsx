import type { JSX } from 'preact';

/** The ward an escalated alert comes from, in inverse colours: on any other ward it shows where the patient is. */
export function EscalatedFrom({ ward }: { readonly ward: string | null }): JSX.Element | null {
  return ward === null ? null : <span class="from">{ward} </span>;
}
