import { Stack } from 'aws-cdk-lib';
import { CfnArchive } from 'aws-cdk-lib/aws-events';
import type { AnyBucket } from '../any-bucket.ts';
import { Construct } from 'constructs';
import { pinnedTo } from '../event-source.ts';
import type { Stage } from '../stage.ts';

export interface EventArchiveProps {
  readonly bucket: AnyBucket;
  readonly stage: Stage;
}

/** Keeps every event of one bucket, of whatever kind, for replay. It sits on the default bus: S3 publishes nowhere else. */
export class EventArchive extends Construct {
  readonly archiveName: string;
  readonly archiveArn: string;
  /** The managed rule by which EventBridge feeds it, and which leaves replayed events out. */
  readonly ruleName: string;

  constructor(scope: Construct, id: string, { bucket, stage }: EventArchiveProps) {
    super(scope, id);
    const archive = new CfnArchive(this, 'Archive', {
      sourceArn: Stack.of(this).formatArn({
        service: 'events',
        resource: 'event-bus',
        resourceName: 'default',
      }),
      eventPattern: pinnedTo(bucket),
      // 0 = for ever
      retentionDays: stage.archiveRetention?.toDays() ?? 0,
      description: `Every event of the ingest bucket, for replay (${stage.name})`,
    });
    archive.applyRemovalPolicy(stage.removalPolicy);
    this.archiveName = archive.ref;
    this.archiveArn = archive.attrArn;
    this.ruleName = `Events-Archive-${archive.ref}`;
  }
}
