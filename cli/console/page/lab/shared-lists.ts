/**
 * Lists that the patterns of several consumers share, by their names in infra/consumers/patterns.ts, as compact JSON. A page
 * cannot import from there; a test holds the two together.
 */
export const SHARED_LISTS = {
  NOT_A_FOLDER: '[{"anything-but":{"suffix":"/"}}]',
  OF_THE_CURRENT_OBJECT:
    '[{"deletion-type":[{"exists":false}]},{"deletion-type":["Delete Marker Created"]},{"object":{"version-id":[{"exists":false}]}}]',
  EVERY_CHANGE:
    '["Object Created","Object Deleted","Object Restore Initiated","Object Restore Completed","Object Restore Expired",' +
    '"Object Storage Class Changed","Object Access Tier Changed","Object ACL Updated","Object Tags Added","Object Tags Deleted",' +
    '"Object Annotation Created","Object Annotation Removed","Object Retention Updated"]',
} as const;
