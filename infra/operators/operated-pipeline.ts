import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { AnyBucket } from '../any-bucket.ts';
import type { Consumer } from '../constructs/consumer.ts';
import type { EventArchive } from '../constructs/event-archive.ts';
import type { ExistingBucket } from '../existing-bucket.ts';
import type { PipelineNames } from '../pipeline-names.ts';
import type { Stage } from '../stage.ts';
import type { PipelineStores } from '../stores.ts';

/** What people put into, look at, work with and empty. */
export interface OperatedPipeline {
  readonly stage: Stage;
  readonly stores: PipelineStores;
  readonly archive: EventArchive;
  readonly consumers: readonly Consumer[];
  readonly names: PipelineNames;
  /** @default the stage has none */
  readonly dashboard: Dashboard | undefined;
  /** What must be emptied too before the stack can go. */
  readonly accessLogs: AnyBucket;
  /** What is known of the ingest bucket, where it was there before the pipeline. */
  readonly existing: ExistingBucket | undefined;
}
