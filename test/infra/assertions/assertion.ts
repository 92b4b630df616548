import type { PipelineTemplate } from '../support/pipeline-template.ts';

/** What must be true of every template, and what of this one is against it: one line for each. */
export interface Assertion {
  readonly name: string;
  readonly violations: (template: PipelineTemplate, stage: 'dev' | 'prod') => readonly string[];
}
