import type { ComponentChildren, JSX } from 'preact';

/** One section of the page, under its own line. */
export function Block({
  title,
  detail,
  children,
  className = '',
}: {
  readonly title: string;
  readonly detail?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly className?: string;
}): JSX.Element {
  return (
    <section class={`blk ${className}`}>
      <h2>
        {title}
        {detail}
      </h2>
      {children}
    </section>
  );
}
