/** What S3 tells of an action, as the `detail-type` of its event. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  's3:PutObject': ['Object Created'],
  's3:ReplicateObject': ['Object Created'],
  's3:DeleteObject': ['Object Deleted'],
  's3:DeleteObjectVersion': ['Object Deleted'],
  's3:ReplicateDelete': ['Object Deleted'],
  's3:PutObjectTagging': ['Object Tags Added'],
  's3:PutObjectVersionTagging': ['Object Tags Added'],
  's3:ReplicateTags': ['Object Tags Added'],
  's3:DeleteObjectTagging': ['Object Tags Deleted'],
  's3:DeleteObjectVersionTagging': ['Object Tags Deleted'],
  's3:PutObjectAcl': ['Object ACL Updated'],
  's3:PutObjectVersionAcl': ['Object ACL Updated'],
  's3:PutObjectRetention': ['Object Retention Updated'],
  's3:RestoreObject': ['Object Restore Initiated', 'Object Restore Completed', 'Object Restore Expired'],
};

/** Changes of a bucket after which it may write and delete by itself, or let in whom it likes. */
export const BUCKET_CHANGES = [
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutBucketAcl',
  's3:PutBucketOwnershipControls',
  's3:PutReplicationConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutBucketNotification',
  's3:PutAccessPointPolicy',
];

/** Actions that make no event by themselves. */
const SILENT =
  /^s3:(Get|List|Head|Describe|AbortMultipartUpload|(Put|Delete)(Bucket|Account|Encryption|Lifecycle|Replication|Metrics|Analytics|Inventory|Accelerate|IntelligentTiering)|BypassGovernanceRetention|ObjectOwnerOverride|DeleteJobTagging|CreateBucket|InitiateReplication)/i;

/**
 * What an action of a statement, wildcards and all, does that S3 tells of: each with the `detail-type`s of its events, none for those of
 * any. `s3:Put*` → `s3:PutObject` and others; an action that is not known here may make any event.
 */
export function toldActions(
  action: string,
  mayDo: (one: string) => boolean,
): readonly { readonly action: string; readonly types: readonly string[] | undefined }[] {
  const known = Object.entries(TOLD)
    .filter(([one]) => mayDo(one))
    .map(([one, types]) => ({ action: one, types }));
  if (known.length > 0) return known;
  return SILENT.test(action) || !/^s3:/i.test(action) ? [] : [{ action, types: undefined }];
}

/** Whether the action does nothing to an object or a bucket, but for an access log. */
export const isSilent = (action: string): boolean => SILENT.test(action);
