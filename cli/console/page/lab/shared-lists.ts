import { CHANGES } from './pattern-fields.ts';

/**
 * Lists that the patterns of several consumers share, by their names in infra/consumers/patterns.ts, as compact JSON. A page
 * cannot import from there; a test holds the two together.
 */
export const SHARED_LISTS = {
  NOT_A_FOLDER: '[{"anything-but":{"suffix":"/"}}]',
  OF_THE_CURRENT_OBJECT:
    '[{"deletion-type":[{"exists":false}]},{"deletion-type":["Delete Marker Created"]},{"object":{"version-id":[{"exists":false}]}}]',
  EVERY_CHANGE: JSON.stringify(CHANGES),
} as const;
