import { CfnOutput, Duration } from 'aws-cdk-lib';
import type { AnyTable } from './any-table.ts';
import type { AnyBucket } from './any-bucket.ts';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { pascalCase } from '../shared/pascal-case.ts';
import { checkConsumers } from './checks/consumer-checks.ts';
import { checkKeeps } from './checks/keeps-checks.ts';
import { whyRefused } from './checks/loops/refuse-loops.ts';
import { refuseClashes } from './checks/pipelines-check.ts';
import { checkTargets } from './checks/target-checks.ts';
import { checkAlarmOn } from './checks/watches-check.ts';
import type { ConsumerEntry } from './consumer-definition.ts';
import { complete } from './consumer-kinds.ts';
import { AccessLogBucket } from './constructs/access-log-bucket.ts';
import { AlarmTopic } from './constructs/alarm-topic.ts';
import { Consumer } from './constructs/consumer.ts';
import { EventArchive } from './constructs/event-archive.ts';
import { IngestBucket } from './constructs/ingest-bucket.ts';
import { PipelineAlarms } from './constructs/pipeline-alarms.ts';
import { PipelineDashboard } from './constructs/pipeline-dashboard.ts';
import { PipelineKey } from './constructs/pipeline-key.ts';
import { PrivateNetwork } from './constructs/private-network.ts';
import { TableBackup } from './constructs/table-backup.ts';
import { ObjectTable } from './constructs/object-table.ts';
import { PrivateBucket, type PrivateBucketOptions } from './constructs/private-bucket.ts';
import { SavedQueries } from './constructs/saved-queries.ts';
import { checkBuckets } from './checks/buckets-check.ts';
import { connectExisting, existingBucketText } from './existing-bucket.ts';
import { warnOfNothingLocked } from './ledger-lock.ts';
import { observed } from './observed.ts';
import { OperatorPolicies } from './operators/operator-policies.ts';
import { pipelineNames, type PipelineNames } from './pipeline-names.ts';
import { pipelineTables } from './pipeline-tables.ts';
import { stageFromContext, type Stage } from './stage.ts';
import { encryptedStores, storesOf, type PipelineStores } from './stores.ts';
import { writeOnce } from './write-once.ts';

export interface ObjectPipelineProps {
  /** In the order in which everything shows them. */
  readonly consumers: readonly ConsumerEntry[];
  /** @default the stage that the context names, dev if it names none */
  readonly stage?: Stage;
  /**
   * A bucket to hear, of this app or only named here (`Bucket.fromBucketAttributes`). Nothing of it is changed but that its events go to
   * EventBridge, and that only where the app makes it: of one that is named, `sluice connect-bucket` does it.
   * @default one that is made here
   */
  readonly bucket?: AnyBucket;
  /** Whether `bucket` is versioned: must be said of one that the app does not make, as its name does not tell. */
  readonly bucketVersioned?: boolean;
  /** How the bucket is kept that consumers write to. */
  readonly output?: PrivateBucketOptions;
  /** Tables that are there already, by the output that is to hold the name of each: `{ UploadMetadataTableName: table }`. @default each consumer's own, made here */
  readonly tables?: Readonly<Record<string, AnyTable>>;
  readonly archive?: {
    /** How far back a replay can reach; `Duration.days(0)` keeps events for ever. @default the stage's */
    readonly retention?: Duration;
  };
}

/**
 * ingest bucket → default bus (→ archive) → consumers → tables and output bucket. One way: nothing writes where it is read
 * from.
 *
 * With the id `Default` its outputs are named as they stand here, and its queues after the stack alone; any other id, which
 * must be in PascalCase, comes before the name of each output and behind the stack's in the name of each queue.
 */
export class ObjectPipeline extends Construct {
  readonly stage: Stage;
  readonly ingestBucket: AnyBucket;
  readonly outputBucket: AnyBucket;
  /** By the output that holds the name of each, without the pipeline's id: `UploadMetadataTableName` */
  readonly tables: ReadonlyMap<string, AnyTable>;
  readonly consumers: readonly Consumer[];
  /** Hears every alarm: its own, or the one that the stage names. */
  readonly alarmTopic: ITopic;
  /** Where S3 logs what is asked of the buckets. */
  readonly accessLogs: AccessLogBucket;
  /** What encrypts what it keeps, where the context asks for a key of its own. */
  readonly encryptionKey: PipelineKey | undefined;
  /** What the functions are in, where the context asks for a network of their own. */
  readonly network: PrivateNetwork | undefined;
  readonly names: PipelineNames;
  /** What its outputs are called in the stack: `UploadsIngestBucketName` */
  readonly outputNames: readonly string[];

  /** @throws Error naming what would deploy and then lose, repeat or mix up work, and what to do */
  constructor(scope: Construct, id: string, props: ObjectPipelineProps) {
    super(scope, id);
    const stage = stageOf(this, props);
    const names = pipelineNames(this, id);
    const said = props.consumers.map((entry) => entry(stage));
    checkTargets(this, said);
    const definitions = said.map((definition) => complete(definition, stage));
    checkConsumers(names.scopeName, definitions);
    checkAlarmOn(stage, definitions);
    warnOfNothingLocked(this, stage, definitions);
    checkBuckets(this, props, stage);

    const existing =
      props.bucket && connectExisting(this, { bucket: props.bucket, versioned: props.bucketVersioned });
    const encryptionKey = stage.kms && new PipelineKey(this, 'Key', { stage, pipeline: names.scopeName });
    const bucketOptions = encryptionKey === undefined ? {} : { encryptionKey };
    const ingestBucket = props.bucket ?? new IngestBucket(this, 'IngestBucket', stage, bucketOptions);
    const archive = new EventArchive(this, 'EventArchive', { bucket: ingestBucket, stage });
    const outputBucket = new PrivateBucket(this, 'OutputBucket', stage, {
      ...bucketOptions,
      ...(stage.ledgerLock !== undefined && { lock: stage.ledgerLock }),
      ...props.output,
    });
    const logged = [ingestBucket, ...(props.output?.accessLogsBucket === undefined ? [outputBucket] : [])];
    const accessLogs = accessLogsOf(this, stage, logged);
    const network = stage.vpc && new PrivateNetwork(this, 'Network', { stage, logs: accessLogs });
    const tables = pipelineTables(this, {
      consumers: definitions,
      given: props.tables ?? {},
      stage,
      encryptionKey,
    });

    const made = [...tables.values()].filter((table) => table instanceof ObjectTable);
    if (stage.like === 'prod' && made.length > 0) {
      new TableBackup(this, 'Backup', { tables: made, stage, encryptionKey });
    }

    const stores: PipelineStores = { ingestBucket, outputBucket, tables };
    for (const one of writeOnce(outputBucket, definitions)) outputBucket.addToResourcePolicy(one);
    checkKeeps(definitions, stores);
    const { topic } = new AlarmTopic(this, 'AlarmTopic', { stage, encryptionKey });
    const consumers = definitions.map(
      (definition) =>
        new Consumer(this, pascalCase(definition.name), {
          definition,
          stores: storesOf(definition, stores),
          encrypted: encryptedStores(stores),
          encryptionKey,
          network,
          stage,
          names,
          alarmTopic: topic,
        }),
    );
    const { alarms } = new PipelineAlarms(this, 'Alarms', {
      stage,
      name: names.scopeName,
      consumers,
      archive,
      alarmTopic: topic,
    });
    const looked = consumers.map((construct, n) => ({
      name: construct.name,
      definition: definitions[n]!,
      construct,
    }));
    this.node.addValidation({ validate: () => whyRefused(this, looked, consumersBeside(this)) });
    const dashboard = observed(stage).dashboard
      ? new PipelineDashboard(this, 'Dashboard', { name: names.scopeName, consumers, archive, alarms })
      : undefined;
    new SavedQueries(this, 'Queries', consumers, names);
    const policies = new OperatorPolicies(this, 'Operator', {
      stage,
      stores,
      archive,
      consumers,
      names,
      dashboard,
      accessLogs,
      existing,
    });

    const outputs: Readonly<Record<string, string>> = {
      ...Object.fromEntries(consumers.flatMap((consumer) => Object.entries(consumer.outputs))),
      IngestBucketName: ingestBucket.bucketName,
      ...(existing !== undefined && { ExistingBucket: existingBucketText(existing) }),
      OutputBucketName: outputBucket.bucketName,
      AccessLogBucketName: accessLogs.bucketName,
      ...Object.fromEntries([...tables].map(([name, { tableName }]) => [name, tableName])),
      EventArchiveName: archive.archiveName,
      ...(dashboard !== undefined && { DashboardName: dashboard.dashboardName }),
      AlarmTopicArn: topic.topicArn,
      OperatorReadPolicyArn: policies.read.managedPolicyArn,
      OperatorPolicyArn: policies.act.managedPolicyArn,
      UploaderPolicyArn: policies.upload.managedPolicyArn,
      DestroyerPolicyArn: policies.destroy.managedPolicyArn,
    };
    this.stage = stage;
    this.ingestBucket = ingestBucket;
    this.outputBucket = outputBucket;
    this.tables = tables;
    this.consumers = consumers;
    this.alarmTopic = topic;
    this.accessLogs = accessLogs;
    this.encryptionKey = encryptionKey;
    this.network = network;
    this.outputNames = Object.keys(outputs).map((name) => names.outputPrefix + name);
    this.names = names;
    refuseClashes(this, pipelinesBeside(this));
    for (const [name, value] of Object.entries(outputs)) {
      new CfnOutput(this, name, { value }).overrideLogicalId(names.outputPrefix + name);
    }
  }
}

/** Where S3 logs what is asked of those of the buckets that the pipeline makes. */
function accessLogsOf(scope: Construct, stage: Stage, buckets: readonly AnyBucket[]): AccessLogBucket {
  const logs = new AccessLogBucket(scope, 'AccessLogBucket', stage);
  for (const bucket of buckets) if (bucket instanceof PrivateBucket) logs.logOf(bucket);
  return logs;
}

function stageOf(pipeline: ObjectPipeline, { stage, archive }: ObjectPipelineProps): Stage {
  const said = stage ?? stageFromContext(pipeline.node);
  if (archive?.retention === undefined) return said;
  const days = archive.retention.toDays();
  return { ...said, archiveRetention: days === 0 ? undefined : Duration.days(days) };
}

/** The other pipelines of the app, as far as they are made. */
function pipelinesBeside(pipeline: ObjectPipeline): readonly ObjectPipeline[] {
  return pipeline.node.root.node
    .findAll()
    .filter((one) => one instanceof ObjectPipeline)
    .filter((one) => one !== pipeline);
}

const consumersBeside = (pipeline: ObjectPipeline) =>
  pipelinesBeside(pipeline).flatMap(({ consumers }) =>
    consumers.map((construct) => ({ name: construct.name, construct })),
  );
