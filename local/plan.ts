import type { KeyPlan, OperatorRolePlan, TopicPlan } from './asked-plan.ts';
import type { ObjectLockPlan } from './object-lock-plan.ts';
import type { PolicyStatement } from './iam/decision.ts';

/** What the synthesized template asks for, its intrinsics resolved to this machine's names: data for the services. */
export interface Plan {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string;
  readonly buckets: readonly BucketPlan[];
  readonly queues: readonly QueuePlan[];
  readonly tables: readonly TablePlan[];
  readonly rules: readonly RulePlan[];
  /** The roles that rules take on for their targets. */
  readonly targetRoles: readonly TargetRolePlan[];
  /** @default none */
  readonly keys?: readonly KeyPlan[];
  /** Those that something here publishes to, or alarms do. @default none */
  readonly topics?: readonly TopicPlan[];
  /** What people may be given. @default nothing */
  readonly operatorRoles?: readonly OperatorRolePlan[];
  readonly archives: readonly ArchivePlan[];
  readonly functions: readonly FunctionPlan[];
  readonly mappings: readonly EventSourceMappingPlan[];
  /** The stack's outputs: `{ IngestBucketName: "…" }`. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface BucketPlan {
  readonly name: string;
  readonly versioned: boolean;
  /** @default no version can be locked */
  readonly objectLock?: ObjectLockPlan;
  /** Whether its events go to the default bus. */
  readonly eventBridge: boolean;
  /** What it sends its events to itself. @default nothing */
  readonly notifications?: readonly NotificationPlan[];
  /** The rules that are enabled. */
  readonly lifecycleRules: readonly LifecycleRule[];
  readonly described: BucketDescription;
  /** Pages that may use its presigned URLs. @default none */
  readonly corsRules?: readonly CorsRule[];
  /** What its policy says of requests. @default nothing */
  readonly policy?: readonly PolicyStatement[];
}

/** One destination of a bucket's own notifications. */
export interface NotificationPlan {
  readonly id: string;
  readonly kind: 'function' | 'queue' | 'topic';
  readonly arn: string;
  /** `["s3:ObjectCreated:*"]` */
  readonly events: readonly string[];
  /** What a key must begin and end with. @default anything */
  readonly prefix?: string;
  readonly suffix?: string;
}

export interface CorsRule {
  readonly id?: string;
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  /** Wildcards allowed. */
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** What a bucket's configuration calls answer, beside what is honoured: what one machine has no use for is shown all the same. */
export interface BucketDescription {
  /** `AES256`, or `aws:kms` */
  readonly encryption: string;
  /** The key that the template names, by id, alias or ARN. */
  readonly kmsKeyId?: string;
  readonly hasBucketKey: boolean;
  /** `BucketOwnerEnforced` */
  readonly ownership: string;
  readonly publicAccessBlock: {
    readonly BlockPublicAcls: boolean;
    readonly IgnorePublicAcls: boolean;
    readonly BlockPublicPolicy: boolean;
    readonly RestrictPublicBuckets: boolean;
  };
  /** The disabled ones too. */
  readonly lifecycle: readonly (LifecycleRule & { readonly id: string; readonly isEnabled: boolean })[];
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  /** JSON text, as the template has it; absent without one. */
  readonly policy?: string;
  /** Where AWS would write who asked what of it; nothing is written here. @default nowhere */
  readonly accessLog?: AccessLog;
}

interface AccessLog {
  /** `undefined` where the name is known in AWS alone. */
  readonly bucket: string | undefined;
  readonly prefix: string;
}

export interface LifecycleRule {
  /** Absent = every key. */
  readonly prefix?: string;
  readonly noncurrentExpirationDays?: number;
  readonly newerNoncurrentVersions?: number;
  readonly expirationDays?: number;
  readonly expiredObjectDeleteMarker?: boolean;
  readonly abortMultipartDays?: number;
}

export interface QueuePlan {
  readonly name: string;
  readonly arn: string;
  /** `http://127.0.0.1:4566/000000000000/NAME`: SDKs send to the queue URL's host. */
  readonly url: string;
  readonly visibilityTimeoutSeconds: number;
  readonly messageRetentionSeconds: number;
  readonly delaySeconds: number;
  readonly maximumMessageSizeBytes: number;
  readonly receiveWaitSeconds: number;
  readonly redrive?: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number };
  /** The key of KMS that the template names. @default SQS's own key */
  readonly key?: QueueKey;
  /** Source queues that may name this one as their dead-letter queue; absent = all. */
  readonly redriveAllowedFrom?: readonly string[];
  readonly policy: readonly PolicyStatement[];
}

export interface QueueKey {
  /** By id, alias or ARN; absent where AWS alone knows it. */
  readonly id?: string;
  readonly reuseSeconds: number;
}

export interface TablePlan {
  readonly name: string;
  readonly arn: string;
  readonly keySchema: readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];
  readonly attributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: 'S' | 'N' | 'B';
  }[];
  readonly ttlAttribute?: string;
  /** The key of KMS that the template names, by id, alias or ARN. @default DynamoDB's own key, or one that AWS alone knows */
  readonly keyId?: string;
  /** Global secondary ones. @default none */
  readonly indexes?: readonly IndexPlan[];
}

/** A table's index, in the words of CreateTable. */
export interface IndexPlan {
  readonly IndexName: string;
  readonly KeySchema: TablePlan['keySchema'];
  readonly Projection: {
    readonly ProjectionType: 'ALL' | 'INCLUDE' | 'KEYS_ONLY';
    readonly NonKeyAttributes?: readonly string[];
  };
}

export interface RulePlan {
  readonly name: string;
  readonly arn: string;
  /** JSON text. */
  readonly eventPattern: string;
  readonly enabled: boolean;
  readonly targets: readonly TargetPlan[];
}

interface TargetPlan {
  readonly id: string;
  /** A queue's, or that of something which does not run here: another bus, a state machine, a topic. */
  readonly arn: string;
  /** One of `targetRoles`. @default the target's own policy lets the bus in */
  readonly roleArn?: string;
  readonly deadLetterArn?: string;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
}

/** A role that a rule takes on to reach a target. */
export interface TargetRolePlan {
  readonly name: string;
  readonly arn: string;
  /** Who may take it on. */
  readonly trust: readonly PolicyStatement[];
  readonly statements: readonly PolicyStatement[];
}

export interface ArchivePlan {
  readonly name: string;
  readonly arn: string;
  readonly eventSourceArn: string;
  readonly eventPattern?: string;
  /** 0 = for ever. */
  readonly retentionDays: number;
}

export interface FunctionPlan {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  /** `nodejs24.x`; it runs in this machine's Node. */
  readonly runtime: string;
  /** `["arm64"]`; it runs on this machine's. */
  readonly architectures: readonly string[];
  /** `index.handler` */
  readonly handler: string;
  /** The asset's folder in the cloud assembly. */
  readonly codeDir: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleName: string;
  readonly roleArn: string;
  readonly statements: readonly PolicyStatement[];
  /** What its own policy lets services do: invoke it. @default nothing */
  readonly permissions?: readonly PolicyStatement[];
  readonly logGroupName: string;
  readonly reservedConcurrency?: number;
  /** For `Invoke` with type `Event`. */
  readonly asyncInvoke: {
    readonly maximumRetryAttempts: number;
    readonly maximumEventAgeSeconds: number;
    /** Gets a record of the failed invocation, the event inside it. */
    readonly onFailureArn?: string;
    /** The function's `DeadLetterConfig`: gets the event as it was, with RequestID, ErrorCode and ErrorMessage as message attributes. */
    readonly deadLetterArn?: string;
  };
}

export interface EventSourceMappingPlan {
  /** What AWS's calls name it by. @default one that is drawn, and kept */
  readonly uuid?: string;
  readonly functionName: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly maximumBatchingWindowSeconds: number;
  readonly maximumConcurrency?: number;
  readonly reportBatchItemFailures: boolean;
  readonly enabled: boolean;
}
