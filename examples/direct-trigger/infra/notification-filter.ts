/** Which keys S3 tells of: those with this beginning and this end. */
export interface NotificationFilter {
  /** @default any */
  readonly prefix?: string;
  /** @default any */
  readonly suffix?: string;
}

/**
 * S3 refuses two configurations of a bucket that a key could match both, while they share a kind of event: it would not
 * know whom to tell. Here all filters are of the same kinds.
 *
 * @throws Error naming the two, before a deployment finds out
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export function refuseOverlaps(filters: readonly NotificationFilter[]): void {
  filters.forEach((filter, index) => {
    const other = filters.slice(0, index).find((earlier) => overlap(earlier, filter));
    if (other !== undefined) {
      throw new Error(
        `the filters ${JSON.stringify(other)} and ${JSON.stringify(filter)} overlap: a key may match both, and S3 refuses that; ` +
          'write one that takes both, or give each a prefix that the other does not begin with',
      );
    }
  });
}

/** Prefixes overlap where one begins with the other, suffixes where one ends with the other; filters where both do. */
function overlap(one: NotificationFilter, other: NotificationFilter): boolean {
  const [prefix, suffix] = [one.prefix ?? '', one.suffix ?? ''];
  const [otherPrefix, otherSuffix] = [other.prefix ?? '', other.suffix ?? ''];
  return (
    (prefix.startsWith(otherPrefix) || otherPrefix.startsWith(prefix)) &&
    (suffix.endsWith(otherSuffix) || otherSuffix.endsWith(suffix))
  );
}
