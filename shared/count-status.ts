/** Why an object has no count, as its row's `status`; a row that has one says `counted`. docs/csv.md says when each is given. */
export const NOT_COUNTED_STATUSES = [
  'malformed-csv',
  'not-csv',
  'unsupported-encoding',
  'object-too-large',
  'object-gone',
  'object-archived',
] as const;

export type NotCountedStatus = (typeof NOT_COUNTED_STATUSES)[number];
