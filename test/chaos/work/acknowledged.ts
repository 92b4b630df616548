import type { AcceptedEvent } from '../accounting/accepted-event.ts';
import type { ConsumerName } from '../accounting/fates.ts';

/** A change that S3 has answered with success. */
export type Acknowledged = Pick<AcceptedEvent, 'key' | 'kind' | 'versionId'>;

/** A message that no consumer can read, which SQS has taken. */
export interface Poison {
  readonly consumer: ConsumerName;
  /** `{"poison":17}` */
  readonly body: string;
}
