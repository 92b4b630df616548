import { join, resolve } from 'node:path';
import { cloudFormationService } from './cloudformation/cloudformation.ts';
import type { RuntimeClock } from './clock.ts';
import type { WorkingServices } from './control/workload.ts';
import type { Dynalite, DynaliteOptions } from './dynamodb/dynalite.ts';
import { DynamoDb } from './dynamodb/dynamodb.ts';
import { EventBus } from './eventbridge/event-bus.ts';
import { eventBridgeService } from './eventbridge/eventbridge-protocol.ts';
import type { Served, Service } from './gateway.ts';
import { KmsKeys } from './kms/kms-keys.ts';
import type { TriedMessage } from './lambda/attempts.ts';
import { logFiles } from './lambda/function-logs.ts';
import type { Principal } from './iam.ts';
import { Functions } from './lambda/functions.ts';
import type { Inspection } from './lambda/inspector.ts';
import { log } from './log.ts';
import { logsService } from './logs/logs.ts';
import { FlowLook } from './measures/flow-look.ts';
import { Measures } from './measures/measures.ts';
import { PipelineMeasures } from './measures/pipeline-measures.ts';
import { notificationDestinations } from './notification-destinations.ts';
import type { OperatorRoleKeys } from './operator-role-keys.ts';
import type { Plan } from './plan.ts';
import { createS3, type S3 } from './s3/s3.ts';
import { deliveryTarget, failureSender } from './sqs/inside-senders.ts';
import { polledQueue } from './sqs/polled-queue.ts';
import { Sqs } from './sqs/sqs.ts';
import { sqsServices } from './sqs/sqs-protocol.ts';
import { snsService } from './sns/sns.ts';
import { statesService } from './states/states.ts';
import type { StartSecrets } from './start-secrets.ts';
import type { Store } from './store.ts';
import { stsService } from './sts/sts.ts';
import { anyTarget, ForeignTargets } from './would-send/foreign-target.ts';
import { WouldSendRecords } from './would-send/would-send-records.ts';

/** All that a running pipeline is made of. */
export interface Services extends WorkingServices {
  readonly s3: S3;
  readonly dynamoDb: DynamoDb;
  readonly keys: KmsKeys;
  readonly wouldSend: WouldSendRecords;
  readonly foreignTargets: ForeignTargets;
  readonly measures: Measures;
  readonly flow: FlowLook;
}

export interface ServiceOptions {
  readonly dataDir: string;
  /** Called with every line that a function logs. */
  readonly onLog?: (functionName: string, line: string) => void;
  /** Called with what was tried, within a transaction: only to take note. */
  readonly onTried?: (messages: readonly TriedMessage[]) => void;
  /** Chooses the function that a debugger may attach to. @default none */
  readonly inspect?: (plan: Plan) => Inspection;
}

/** What the services stand on. */
export interface Ground {
  readonly options: ServiceOptions;
  readonly plan: Plan;
  readonly store: Store;
  readonly clock: RuntimeClock;
  readonly endpoint: string;
  /** Where signatures are verified. */
  readonly secrets: StartSecrets | undefined;
  /** Begun before the rest, with these options: of all there is it takes the longest to start. */
  readonly tableStore: Promise<Dynalite>;
  readonly tableStoreOptions: DynaliteOptions;
}

/** Makes each service, and in it what the template says. @param begun ends what has begun when a later step fails */
export async function startServices(
  { options, plan, store, clock, endpoint, secrets, tableStore, tableStoreOptions }: Ground,
  begun: AsyncDisposableStack,
): Promise<Services> {
  const { dataDir, onLog, onTried, inspect } = options;
  const { region, accountId } = plan;
  const place = { region, accountId };
  const keys = new KmsKeys(place, plan.keys);
  const startingTables = DynamoDb.start({ ...tableStoreOptions, store, keys }, tableStore).then(
    async (tables) => {
      await Promise.all(plan.tables.map((table) => tables.provision(table)));
      return tables;
    },
  );
  // it is waited for below: what else there is to make is made meanwhile
  startingTables.catch(() => {});
  const measures = begun.adopt(new Measures(store, clock), (measured) => measured.stop());
  const counts = new PipelineMeasures(measures);
  const onDeleted = (queueName: string) => counts.deleted(queueName);
  const sqs = begun.adopt(new Sqs({ store, clock, endpoint, onDeleted, keys, ...place }), (queues) =>
    queues.stop(),
  );
  sqs.provision(plan.queues);
  clock.onSetBack(() => sqs.wakeUps.armAgain());
  const wouldSend = new WouldSendRecords(store, clock);
  const foreignTargets = new ForeignTargets(wouldSend, keys);
  foreignTargets.provision(plan.targetRoles, plan.topics);
  const target = anyTarget(deliveryTarget(sqs), foreignTargets);
  const bus = new EventBus({ store, clock, target, log, counts, wouldSend, ...place });
  bus.provision(plan);
  const functions = begun.adopt(
    new Functions({
      store,
      clock,
      plan,
      logFolder: logFolder(dataDir),
      onLog: (functionName, line) => {
        counts.logged(functionName, line);
        onLog?.(functionName, line);
      },
      onTried: (messages) => {
        counts.tried(messages, clock.now());
        onTried?.(messages);
      },
      onInvoked: (ended) => counts.invoked(ended),
      queueOf: (arn) => polledQueue(sqs, arn),
      sendFailure: failureSender(sqs),
      inspection: inspect?.(plan),
      secrets,
    }),
    (started) => started.stop(0),
  );
  const s3 = createS3({
    store,
    clock,
    keys,
    ...place,
    publish: (eventText) => bus.publish(eventText),
    destinations: notificationDestinations({ functions, sqs, wouldSend, foreignTargets }),
  });
  for (const bucket of plan.buckets) s3.provision(bucket);
  await s3.sweepOrphans();
  const dynamoDb = begun.adopt(await startingTables, (tables) => tables.stop());
  const flow = new FlowLook({ measures, clock, sqs, bus });
  return { s3, sqs, bus, dynamoDb, functions, keys, wouldSend, foreignTargets, measures, flow };
}

/** What the gateway serves of them. @param plan the template as it is now */
export function servedBy(
  { s3, sqs, bus, dynamoDb, functions, wouldSend }: Services,
  { store, clock, secrets }: Pick<Ground, 'clock' | 'secrets' | 'store'>,
  roleKeys: OperatorRoleKeys,
  plan: () => Plan,
  control: Service,
): Served {
  const { region, accountId } = plan();
  const queues = sqsServices(sqs);
  return {
    targets: {
      AmazonSQS: queues.json,
      AWSStepFunctions: statesService(wouldSend),
      AWSEvents: eventBridgeService(bus),
      DynamoDB_20120810: dynamoDb,
      Logs_20140328: logsService({
        files: () => logFiles(logFolder(store.dataDir), plan().functions),
        region,
        accountId,
      }),
    },
    services: {
      s3: s3.service,
      lambda: functions.service,
      sqs: queues.query,
      sns: snsService(wouldSend),
      sts: stsService(accountId),
      cloudformation: cloudFormationService(plan, clock.now()),
    },
    control,
    pages: s3.pages,
    principalOf: (accessKeyId) =>
      functions.principalOf(accessKeyId) ?? roleKeys.principalOf(accessKeyId) ?? { kind: 'operator' },
    ...(secrets !== undefined && {
      secretOf: (accessKeyId: string) =>
        roleKeys.secretOf(accessKeyId) ?? secretOf(secrets, accessKeyId, functions.principalOf(accessKeyId)),
    }),
  };
}

function secretOf(
  secrets: StartSecrets,
  accessKeyId: string,
  principal: Principal | undefined,
): string | undefined {
  if (principal?.kind === 'role') return secrets.ofFunction(principal.functionName);
  return accessKeyId === secrets.operator.accessKeyId ? secrets.operator.secretAccessKey : undefined;
}

const logFolder = (dataDir: string): string => join(resolve(dataDir), 'logs');
