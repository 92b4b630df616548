import { notImplemented } from '../protocols/aws-error.ts';
import type { BucketDescription } from '../plan.ts';
import type { ObjectLockPlan } from '../object-lock-plan.ts';
import type { Bucket } from './bucket.ts';
import { corsXml } from './cors.ts';
import type { Exchange } from './exchange.ts';
import { lifecycleXml } from './lifecycle-xml.ts';
import { ownerElement } from './list-objects.ts';
import { NOTIFICATION_ROUTES } from './notification-operations.ts';
import type { Route } from './route.ts';
import type { S3Context } from './s3-context.ts';
import { S3Error, type S3ErrorCode } from './s3-error.ts';
import { element, xmlDocument } from '../protocols/xml.ts';

/** One part of a bucket's configuration, which the template owns. */
interface Subresource {
  /** The query parameter that names it. */
  readonly mark: string;
  /** What a reader of it must be allowed. */
  readonly action: string;
  /** The answer to GET, or the code and message of what is not set. */
  readonly answer: (bucket: Bucket, context: S3Context) => string | readonly [S3ErrorCode, string];
}

/**
 * What a person, or a client, asks a bucket before trusting it. What the template does not set answers S3's own error.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
const SUBRESOURCES: readonly Subresource[] = [
  {
    mark: 'lifecycle',
    action: 's3:GetLifecycleConfiguration',
    answer: ({ described }) =>
      described.lifecycle.length === 0
        ? ['NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist']
        : lifecycleXml(described.lifecycle),
  },
  {
    mark: 'encryption',
    action: 's3:GetEncryptionConfiguration',
    answer: ({ described }) =>
      xmlDocument(
        'ServerSideEncryptionConfiguration',
        `<Rule><ApplyServerSideEncryptionByDefault>${element('SSEAlgorithm', described.encryption)}${element('KMSMasterKeyID', described.kmsKeyId)}</ApplyServerSideEncryptionByDefault>${element('BucketKeyEnabled', described.hasBucketKey)}</Rule>`,
      ),
  },
  {
    mark: 'publicAccessBlock',
    action: 's3:GetBucketPublicAccessBlock',
    answer: ({ described }) =>
      xmlDocument(
        'PublicAccessBlockConfiguration',
        Object.entries(described.publicAccessBlock)
          .map(([name, value]) => element(name, value))
          .join(''),
      ),
  },
  {
    mark: 'ownershipControls',
    action: 's3:GetBucketOwnershipControls',
    answer: ({ described }) =>
      xmlDocument('OwnershipControls', `<Rule>${element('ObjectOwnership', described.ownership)}</Rule>`),
  },
  {
    mark: 'policyStatus',
    action: 's3:GetBucketPolicyStatus',
    answer: ({ described }) =>
      described.policy === undefined
        ? ['NoSuchBucketPolicy', 'The bucket policy does not exist']
        : xmlDocument('PolicyStatus', element('IsPublic', 'FALSE')),
  },
  {
    mark: 'tagging',
    action: 's3:GetBucketTagging',
    answer: ({ described: { tags } }) =>
      tags.length === 0
        ? ['NoSuchTagSet', 'The TagSet does not exist']
        : xmlDocument(
            'Tagging',
            `<TagSet>${tags.map(({ Key, Value }) => `<Tag>${element('Key', Key)}${element('Value', Value)}</Tag>`).join('')}</TagSet>`,
          ),
  },
  {
    mark: 'cors',
    action: 's3:GetBucketCORS',
    answer: ({ corsRules }) =>
      corsRules.length === 0
        ? ['NoSuchCORSConfiguration', 'The CORS configuration does not exist']
        : corsXml(corsRules),
  },
  {
    mark: 'acl',
    action: 's3:GetBucketAcl',
    answer: (_, { accountId }) =>
      xmlDocument(
        'AccessControlPolicy',
        `${ownerElement(accountId)}<AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">${element('ID', accountId)}</Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList>`,
      ),
  },
  {
    mark: 'replication',
    action: 's3:GetReplicationConfiguration',
    answer: () => ['ReplicationConfigurationNotFoundError', 'The replication configuration was not found'],
  },
  {
    mark: 'object-lock',
    action: 's3:GetBucketObjectLockConfiguration',
    answer: ({ objectLock }) =>
      objectLock === undefined
        ? ['ObjectLockConfigurationNotFoundError', 'Object Lock configuration does not exist for this bucket']
        : objectLockXml(objectLock),
  },
  {
    mark: 'website',
    action: 's3:GetBucketWebsite',
    answer: () => [
      'NoSuchWebsiteConfiguration',
      'The specified bucket does not have a website configuration',
    ],
  },
  { mark: 'logging', action: 's3:GetBucketLogging', answer: ({ described }) => loggingXml(described) },
  {
    mark: 'requestPayment',
    action: 's3:GetBucketRequestPayment',
    answer: () => xmlDocument('RequestPaymentConfiguration', element('Payer', 'BucketOwner')),
  },
  {
    mark: 'accelerate',
    action: 's3:GetAccelerateConfiguration',
    answer: () => xmlDocument('AccelerateConfiguration', ''),
  },
];

function objectLockXml({ byDefault }: ObjectLockPlan): string {
  const rule =
    byDefault === undefined
      ? ''
      : `<Rule><DefaultRetention>${element('Mode', byDefault.mode)}${element('Days', byDefault.days)}${element('Years', byDefault.years)}</DefaultRetention></Rule>`;
  return xmlDocument('ObjectLockConfiguration', element('ObjectLockEnabled', 'Enabled') + rule);
}

function loggingXml({ accessLog }: BucketDescription): string {
  if (accessLog === undefined) return xmlDocument('BucketLoggingStatus', '');
  const { bucket, prefix } = accessLog;
  if (bucket === undefined) {
    throw notImplemented('S3 GetBucketLogging where AWS alone knows the name of the bucket of the log');
  }
  const inside = element('TargetBucket', bucket) + element('TargetPrefix', prefix);
  return xmlDocument('BucketLoggingStatus', `<LoggingEnabled>${inside}</LoggingEnabled>`);
}

/** Reads of a bucket's configuration; where it sends its events is the one thing that a client may change. */
export const CONFIGURATION_ROUTES: readonly Route<[Bucket]>[] = [
  ...SUBRESOURCES.map(({ mark, action, answer }): Route<[Bucket]> => ({
    operation: 'GetBucketConfiguration',
    method: 'GET',
    marks: [mark],
    run(context, exchange, bucket) {
      exchange.authorize(action, bucket.name);
      const answered = answer(bucket, context);
      if (typeof answered !== 'string') throw new S3Error(...answered);
      exchange.sendXml(answered);
    },
  })),
  { operation: 'GetBucketConfiguration', method: 'GET', marks: ['policy'], run: getBucketPolicy },
  ...NOTIFICATION_ROUTES,
  ...[...SUBRESOURCES.map(({ mark }) => mark), 'policy', 'versioning'].flatMap((mark) =>
    ['PUT', 'DELETE'].map((method): Route<[Bucket]> => ({
      operation: 'ChangeBucketConfiguration',
      method,
      marks: [mark],
      run: (_, { request }, bucket) => {
        throw notImplemented(
          `S3 ${request.method} ${bucket.name}?${mark} (a bucket's configuration comes from the template: change it there, and start again)`,
        );
      },
    })),
  ),
];

function getBucketPolicy(_: S3Context, exchange: Exchange, { name, described }: Bucket): void {
  exchange.authorize('s3:GetBucketPolicy', name);
  if (described.policy === undefined) {
    throw new S3Error('NoSuchBucketPolicy', 'The bucket policy does not exist');
  }
  exchange.sendXml(described.policy, { 'content-type': 'application/json' });
}
