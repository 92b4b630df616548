import { matchesStars } from '../../shared/glob.ts';
import type { NotificationPlan } from '../plan.ts';
import { invalidArgument } from './s3-error.ts';

/** The types that S3 has; of those that never come to pass here nothing is ever sent. */
const EVENT_TYPES =
  /^s3:(ObjectCreated:(\*|Put|Post|Copy|CompleteMultipartUpload)|ObjectRemoved:(\*|Delete|DeleteMarkerCreated)|LifecycleExpiration:(\*|Delete|DeleteMarkerCreated)|ObjectTagging:(\*|Put|Delete)|ObjectRestore:(\*|Post|Completed|Delete)|Replication:(\*|Operation\w+)|ReducedRedundancyLostObject|LifecycleTransition|IntelligentTiering|ObjectAcl:Put)$/;

/**
 * Those of a bucket's destinations that an event goes to: at most one, since they may not overlap.
 *
 * @param eventName `ObjectCreated:Put`
 */
export function notificationsFor(
  notifications: readonly NotificationPlan[],
  eventName: string,
  key: string,
): readonly NotificationPlan[] {
  return notifications.filter(
    ({ events, prefix = '', suffix = '' }) =>
      events.some((type) => matchesStars(type, `s3:${eventName}`)) &&
      key.startsWith(decodeFilter(prefix)) &&
      key.endsWith(decodeFilter(suffix)),
  );
}

/** S3 wants what is special in a filter form-encoded, as it writes keys into the event; plain text stands for itself. */
function decodeFilter(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

/**
 * Refuses what S3 refuses, whoever configures it.
 *
 * @throws S3Error `InvalidArgument` for an unknown event type, and for filters of one type that overlap
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export function checkNotifications(notifications: readonly NotificationPlan[]): void {
  for (const [index, one] of notifications.entries()) {
    const unknown = one.events.find((type) => !EVENT_TYPES.test(type));
    if (unknown !== undefined) {
      throw invalidArgument('A specified event is not supported for notifications.', 'Event', unknown);
    }
    const other = notifications.slice(0, index).find((before) => overlap(before, one));
    if (other === undefined) continue;
    const isFiltered = [one, other].some(({ prefix, suffix }) => (prefix ?? '') + (suffix ?? '') !== '');
    throw invalidArgument(
      isFiltered
        ? 'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.'
        : 'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
      'Id',
      `${other.id}, ${one.id}`,
    );
  }
}

/** Whether one event could go to both: they share a type, and a key can begin and end as both want. */
function overlap(one: NotificationPlan, other: NotificationPlan): boolean {
  const [prefix, otherPrefix] = [one, other].map((it) => decodeFilter(it.prefix ?? '')) as [string, string];
  const [suffix, otherSuffix] = [one, other].map((it) => decodeFilter(it.suffix ?? '')) as [string, string];
  return (
    one.events.some((type) => other.events.some((more) => shareType(type, more))) &&
    (prefix.startsWith(otherPrefix) || otherPrefix.startsWith(prefix)) &&
    (suffix.endsWith(otherSuffix) || otherSuffix.endsWith(suffix))
  );
}

const shareType = (one: string, other: string): boolean =>
  matchesStars(one, other) || matchesStars(other, one);
