import type { NotificationPlan } from '../plan.ts';

/** Where buckets send their events themselves: functions, queues and topics. */
export interface Destinations {
  /** Why S3 would not take the destination: `Not authorized to invoke function [arn:…]`; `undefined` when it would. */
  refusal(destination: NotificationPlan, bucket: string): string | undefined;
  /** Sends a notification. Joins the transaction under way: that of the change which it tells of. */
  deliver(destination: NotificationPlan, bucket: string, body: string): void;
  /** Sends to each queue and topic what S3 sends to a new destination. */
  test(destinations: readonly NotificationPlan[], bucket: string, timeMs: number): void;
}
