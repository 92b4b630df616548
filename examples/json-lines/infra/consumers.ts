import { metadataWriter, type ConsumerEntry } from '@sluice-pipeline/sluice';
import { orderLines } from './consumers/order-lines.ts';

/** The consumers, in the order in which everything shows them. */
export const consumers: readonly ConsumerEntry[] = [
  metadataWriter,
  // further ones, by name
  orderLines,
];
