import type { ComponentChildren } from 'preact';
import { go } from '../route.ts';

export interface LinkProps {
  /** `/objects?prefix=csv/` */
  readonly to: string;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly isCurrent?: boolean;
  readonly title?: string;
}

/** Leads to another page of the console. It is a real link: a new tab, a copied address and the back button work. */
export function Link({ to, children, class: className, isCurrent, title }: LinkProps) {
  return (
    <a
      href={to}
      class={className}
      title={title}
      aria-current={isCurrent === true ? 'page' : undefined}
      onClick={(event: MouseEvent) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
