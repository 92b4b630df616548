import type { DocumentOf } from '../terminal/document.ts';
import type { metricsDocument } from './metrics-document.ts';

/** How the consumers did: its document, without what every document has. */
export type Measured = Omit<DocumentOf<typeof metricsDocument>, 'schemaVersion' | 'verb' | 'target'>;

/** The series of one consumer, by their names. */
export type ConsumerSeries = Measured['consumers'][number]['series'];

/** A number for each period; null where nothing was measured. */
export type Series = readonly (number | null)[];

/** What a function counts for a series that has a name of its own here. */
export const TOLD_OTHERWISE: ReadonlySet<string> = new Set(['EventAge', 'Failed']);
