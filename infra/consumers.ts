import type { ConsumerEntry } from './consumer-definition.ts';
import { csvRowCounter } from './consumers/csv-row-counter.ts';
import { ledgerExporter } from './consumers/ledger-exporter.ts';
import { metadataWriter } from './consumers/metadata-writer.ts';

/**
 * The consumers of the pipeline, in the order in which everything shows them. A new one is a line here, its entry in
 * consumers/, its handler in functions/ and its tests: see docs/adding-a-consumer.md.
 */
export const consumers: readonly ConsumerEntry[] = [
  metadataWriter,
  csvRowCounter,
  ledgerExporter,
  // further ones, by name
];
