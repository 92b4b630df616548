import type { DocumentOf } from '../terminal/document.ts';
import type { flowDocument } from './flow-document.ts';

/** How events flow through a pipeline: its document, without what every document has. */
export type Flow = Omit<
  DocumentOf<typeof flowDocument>,
  'schemaVersion' | 'verb' | 'target' | 'costPerHourUsd'
>;

/** How they flow through one consumer. */
export type ConsumerFlow = Flow['consumers'][number];
