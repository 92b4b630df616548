import { metadataWriter, type ConsumerEntry } from '@sluice-pipeline/sluice';
import { partner } from './consumers/partner.ts';

/** The consumers, in the order in which everything shows them. */
export const consumers: readonly ConsumerEntry[] = [
  metadataWriter,
  // further ones, by name
  partner,
];
