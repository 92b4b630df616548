import type { Listener } from './listeners.ts';
import type { Resource } from './synthesized.ts';
import type { TemplateTexts } from './template-text.ts';

/** Where something leads, and by what. */
export interface Step {
  readonly to: { readonly listener: Listener } | { readonly resource: Resource } | { readonly end: string };
  /** As a circle shows it: `in/`, `sqs:SendMessage` */
  readonly by: string;
}

/** The parts of an app that the steps of a role depend on. */
export interface Around {
  readonly texts: TemplateTexts;
  readonly resources: readonly Resource[];
  readonly listeners: readonly Listener[];
}
