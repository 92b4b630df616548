import { randomUUID } from 'node:crypto';
import type { Functions } from './lambda/functions.ts';
import { resourcePolicyAllows } from './iam.ts';
import type { LambdaFunction } from './lambda/lambda-function.ts';
import { log } from './log.ts';
import type { NotificationPlan } from './plan.ts';
import { testNotification } from './s3/notification-record.ts';
import type { Destinations } from './s3/destinations.ts';
import type { Sqs } from './sqs/sqs.ts';
import { Tally } from './storage/tally.ts';
import type { ForeignTargets } from './would-send/foreign-target.ts';
import type { WouldSendRecords } from './would-send/would-send-records.ts';

const S3_SERVICE = 's3.amazonaws.com';

/** What a bucket's notifications go to. */
interface Receivers {
  readonly functions: Functions;
  readonly sqs: Sqs;
  readonly wouldSend: WouldSendRecords;
  readonly foreignTargets: ForeignTargets;
}

/** The functions and queues of this machine, and the topics that are not here, as destinations of buckets. */
export function notificationDestinations({
  functions,
  sqs,
  wouldSend,
  foreignTargets,
}: Receivers): Destinations {
  const refusal = ({ kind, arn }: NotificationPlan, bucket: string): string | undefined => {
    const sourceArn = `arn:aws:s3:::${bucket}`;
    const by = { service: S3_SERVICE, sourceAccount: sqs.accountId };
    switch (kind) {
      case 'function':
        return functionRefusal(functions.withArn(arn), arn, sqs.accountId, sourceArn);
      case 'queue':
        return sqs.refusalOf({ service: S3_SERVICE, sourceArn, queueArn: arn })?.errorMessage;
      case 'topic':
      default:
        return foreignTargets.topicRefusal(arn, { ...by, sourceArn });
    }
  };
  const deliver = (destination: NotificationPlan, bucket: string, body: string): void => {
    const { kind, arn } = destination;
    const why = refusal(destination, bucket);
    if (why !== undefined) {
      new Tally(sqs.store).add('dropped-events');
      sqs.store.afterCommit(() =>
        log("a bucket's notification was dropped: its destination does not take it", {
          bucket,
          destination: arn,
          why,
          body,
        }),
      );
    } else if (kind === 'function') functions.accept(functions.withArn(arn)!, body);
    else if (kind === 'queue') sqs.send(sqs.queues.withArn(arn)!, body);
    else wouldSend.add({ by: bucket, to: arn, event: body });
  };
  return {
    refusal,
    deliver,
    test(destinations, bucket, timeMs) {
      const body = testNotification(bucket, timeMs, randomUUID());
      for (const one of destinations) if (one.kind !== 'function') deliver(one, bucket, body);
    },
  };
}

function functionRefusal(
  lambda: LambdaFunction | undefined,
  functionArn: string,
  sourceAccount: string,
  sourceArn: string,
): string | undefined {
  if (lambda === undefined) return `The destination function does not exist: [${functionArn}]`;
  const call = {
    service: S3_SERVICE,
    action: 'lambda:InvokeFunction',
    resource: functionArn,
    sourceArn,
    sourceAccount,
  };
  const isAllowed = resourcePolicyAllows(lambda.plan.permissions ?? [], call);
  return isAllowed ? undefined : `Not authorized to invoke function [${functionArn}]`;
}
