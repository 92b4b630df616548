import { CfnResource, Stack, Token, type IResolvable } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { AnyBucket } from './any-bucket.ts';

export interface ExistingBucketOptions {
  readonly bucket: AnyBucket;
  /** Whether the bucket keeps overwritten and deleted objects. @default as the app makes it */
  readonly versioned: boolean | undefined;
}

/** A bucket that was there before the pipeline, or that the app makes for itself. */
export interface ExistingBucket {
  readonly isMadeByApp: boolean;
  readonly versioned: boolean;
  /** ARN of the key of KMS that encrypts it. @default none of KMS, or its own for S3 */
  readonly keyArn?: string;
}

/**
 * Makes the events of a bucket that is not the pipeline's own reach EventBridge, as far as a template can: of a bucket that the app
 * makes, by its own property. Of one that is only named here, `sluice connect-bucket` does it. Nothing else of the bucket is touched.
 *
 * @throws Error where the pipeline would hear nothing of the bucket, or nobody can tell whether it is versioned
 */
export function connectExisting(
  pipeline: Construct,
  { bucket, versioned }: ExistingBucketOptions,
): ExistingBucket {
  refuseElsewhere(pipeline, bucket);
  const made = bucket.node.defaultChild;
  const cfnBucket = made instanceof CfnBucket ? made : undefined;
  const existing: ExistingBucket = {
    isMadeByApp: cfnBucket !== undefined,
    versioned: versionedOf(pipeline, bucket, cfnBucket, versioned),
    ...(bucket.encryptionKey !== undefined && { keyArn: bucket.encryptionKey.keyArn }),
  };
  if (cfnBucket !== undefined) {
    sendToEventBridge(pipeline, bucket, cfnBucket);
    pipeline.node.addValidation({ validate: () => whyOverwritten(pipeline, bucket) });
  }
  return existing;
}

/** As the output `ExistingBucket` says it: `{"versioned":true,"keyArn":"arn:aws:kms:…"}` */
export function existingBucketText({ versioned, keyArn }: ExistingBucket): string {
  return JSON.stringify({ versioned, ...(keyArn !== undefined && { keyArn }) });
}

/** S3 publishes the events of a bucket in its own account and Region alone. */
function refuseElsewhere(pipeline: Construct, bucket: AnyBucket): void {
  const stack = Stack.of(pipeline);
  for (const what of ['account', 'region'] as const) {
    const [there, here] = [bucket.env[what], stack[what]];
    if (Token.isUnresolved(there) || Token.isUnresolved(here) || there === here) continue;
    throw refusal(
      pipeline,
      `the bucket ${nameOf(bucket)} is in the ${what} ${there}, and the stack ${stack.stackName} in ${here}; a bucket is heard of in its own account and Region alone: deploy the stack there`,
    );
  }
}

function versionedOf(
  pipeline: Construct,
  bucket: AnyBucket,
  made: CfnBucket | undefined,
  said: boolean | undefined,
): boolean {
  const known = versionedByApp(made);
  if (said !== undefined && known !== undefined && said !== known) {
    throw refusal(
      pipeline,
      `bucketVersioned is ${said}, and the app makes the bucket ${nameOf(bucket)} ${known ? 'versioned' : 'unversioned'}; leave it out`,
    );
  }
  const versioned = said ?? known;
  if (versioned === undefined) {
    throw refusal(
      pipeline,
      `nobody can tell from here whether the bucket ${nameOf(bucket)} is versioned; say so by bucketVersioned, as aws s3api get-bucket-versioning tells it`,
    );
  }
  return versioned;
}

function versionedByApp(made: CfnBucket | undefined): boolean | undefined {
  if (made === undefined || isResolvable(made.versioningConfiguration)) return undefined;
  return made.versioningConfiguration?.status === 'Enabled';
}

function sendToEventBridge(pipeline: Construct, bucket: AnyBucket, made: CfnBucket): void {
  if (notificationResource(bucket) !== undefined) return;
  const held = made.notificationConfiguration;
  if (isResolvable(held)) {
    throw refusal(
      pipeline,
      `the notifications of the bucket ${nameOf(bucket)} are only known when the template is written; set eventBridgeConfiguration there, and name the bucket by Bucket.fromBucketName here`,
    );
  }
  made.notificationConfiguration = { ...held, eventBridgeConfiguration: { eventBridgeEnabled: true } };
}

/**
 * The CDK's own resource for notifications (`addEventNotification`) puts the whole configuration of a bucket, without what the
 * property says. An app may ask for one after the pipeline is made.
 */
function whyOverwritten(pipeline: Construct, bucket: AnyBucket): string[] {
  const resource = notificationResource(bucket);
  if (resource === undefined) return [];
  const { Managed: replaces, NotificationConfiguration: configuration } = propertiesOf(resource);
  if (replaces === false || configuration?.EventBridgeConfiguration !== undefined) return [];
  return [
    `pipeline ${pipeline.node.id}: the bucket ${nameOf(bucket)} has notifications by addEventNotification, whose custom resource would switch its events to EventBridge off again; call enableEventBridgeNotification() on the bucket too, or write the notifications as the property notificationConfiguration of its CfnBucket`,
  ];
}

function notificationResource(bucket: AnyBucket): CfnResource | undefined {
  return bucket.node
    .tryFindChild('Notifications')
    ?.node.findAll()
    .filter((one) => CfnResource.isCfnResource(one))
    .find(({ cfnResourceType }) => cfnResourceType === 'Custom::S3BucketNotifications');
}

interface NotificationProperties {
  readonly Managed?: boolean;
  readonly NotificationConfiguration?: { readonly EventBridgeConfiguration?: object };
}

/** As the template will hold them. */
function propertiesOf(resource: CfnResource): NotificationProperties {
  // not of the public interface, but what every rule pack reads resources by
  // oxlint-disable-next-line no-underscore-dangle
  const rendered = (resource as unknown as { _toCloudFormation(): object })._toCloudFormation();
  const { Resources } = Stack.of(resource).resolve(rendered) as {
    Resources: Record<string, { Properties: NotificationProperties }>;
  };
  return Object.values(Resources)[0]!.Properties;
}

const isResolvable = (value: object | undefined): value is IResolvable =>
  value !== undefined && 'resolve' in value;

/** What a reader knows the bucket by. */
function nameOf({ bucketName, node }: AnyBucket): string {
  return Token.isUnresolved(bucketName) ? node.path : bucketName;
}

function refusal({ node }: Construct, message: string): Error {
  return new Error(`pipeline ${node.id}: ${message}`);
}
