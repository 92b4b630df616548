import { colourClass, dashOf } from './series-style.ts';

/** How a series is drawn, beside its name. */
export function SeriesSign({ style }: { readonly style: number }) {
  return (
    <svg class={`series-sign ${colourClass(style)}`} width="26" height="10" aria-hidden="true">
      <path d="M 1 5 H 25" stroke-dasharray={dashOf(style).join(' ')} />
    </svg>
  );
}
