import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
} from '@aws-sdk/client-s3';
import { CliError } from '../cli-error.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { unknownElements } from './notifications.ts';

/**
 * Where the ingest bucket's events go now.
 *
 * @throws CliError where S3 answers something that this version does not know, and would delete by writing what it knows
 */
export async function readNotifications({
  s3,
  ingestBucket,
  deployment,
}: Pipeline): Promise<NotificationConfiguration> {
  const command = new GetBucketNotificationConfigurationCommand({
    Bucket: ingestBucket,
    ExpectedBucketOwner: deployment.account,
  });
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { body?: Readable };
      if (response.body !== undefined) {
        const xml = await text(response.body);
        response.body = Readable.from([Buffer.from(xml)]);
        refuseUnknown(ingestBucket, xml);
      }
      return result;
    },
    // behind the one that reads the answer: nearer to the wire
    { step: 'deserialize', priority: 'low', name: 'sluiceUnknownNotifications' },
  );
  const { $metadata: _, ...configuration } = await s3.send(command);
  return configuration;
}

function refuseUnknown(bucket: string, xml: string): void {
  const unknown = unknownElements(xml);
  // an error of S3 is read, and worded, where it is thrown
  if (unknown.length === 0 || /<Error>/.test(xml)) return;
  throw new CliError(
    `the notifications of ${bucket} hold ${unknown.join(', ')}, which this version does not know and would take away by writing them again`,
    {
      nextStep:
        'switch EventBridge on in the console of S3 (the bucket, Properties, Amazon EventBridge), which keeps them',
    },
  );
}

/** Puts the whole configuration. What it sends to already is not tried again: some of it may be gone, and is not ours to judge. */
export async function writeNotifications(
  { s3, ingestBucket, deployment }: Pipeline,
  configuration: NotificationConfiguration,
): Promise<void> {
  try {
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: ingestBucket,
        ExpectedBucketOwner: deployment.account,
        NotificationConfiguration: configuration,
        SkipDestinationValidation: true,
      }),
    );
  } catch (cause) {
    if ((cause as Error).name !== 'AccessDenied') throw cause;
    throw new CliError(
      `access denied: ${(cause as Error).message}. It takes s3:PutBucketNotification on ${ingestBucket}`,
      {
        nextStep:
          'attach the policy of the stack’s output OperatorPolicyArn, or let whoever owns the bucket run this; is there a policy of the bucket that denies it?',
        cause,
      },
    );
  }
}
