import { AttributeType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnRule, EventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { allow } from '../../../../infra/allow.ts';
import type { EventArchive } from '../../../../infra/constructs/event-archive.ts';
import { consumer, granted, IN, objects } from './pipeline-of.ts';
import {
  MACHINE,
  ENV,
  loop,
  none,
  puts,
  anywhere,
  lets,
  plain,
  writer,
  functionWith,
  type KnownCase,
} from './known-case.ts';

/** What it may set going beside S3. */
export const services: readonly KnownCase[] = [
  loop(
    'replays the archive',
    'a → events:StartReplay',
    plain((built) => {
      const { archiveArn } = built.pipeline.node.findChild('EventArchive') as EventArchive;
      lets(built, [allow(['events:StartReplay'], archiveArn)]);
    }),
  ),
  loop(
    'may replay any archive',
    'a → events:StartReplay',
    granted(() => anywhere('events:StartReplay')),
  ),
  loop(
    'may change its own role',
    'iam:PutRolePolicy',
    granted(() => anywhere('iam:PutRolePolicy')),
  ),
  loop(
    'assumes a role that writes',
    'a → sts:AssumeRole → in/ → a',
    plain((built) => {
      lets(built, [allow(['sts:AssumeRole'], writer(built, 'lambda.amazonaws.com').roleArn)]);
    }),
  ),
  loop(
    'assumes a role elsewhere',
    'arn:aws:iam::222233334444:role/theirs',
    granted(() => [allow(['sts:AssumeRole'], 'arn:aws:iam::222233334444:role/theirs')]),
  ),
  loop(
    'calls a function that writes',
    'a → lambda:InvokeFunction → Other',
    plain((built) => {
      const other = functionWith(built.stack, 'Other', writer(built, 'lambda.amazonaws.com'));
      lets(built, [allow(['lambda:InvokeFunction'], `${other.functionArn}:*`)]);
    }),
  ),
  loop(
    'calls a function elsewhere',
    'function:theirs',
    granted(() => [
      allow(['lambda:InvokeFunction'], 'arn:aws:lambda:eu-west-1:111122223333:function:theirs'),
    ]),
  ),
  loop(
    'may change the code of a function',
    'function:theirs',
    granted(() => [
      allow(['lambda:UpdateFunctionCode'], 'arn:aws:lambda:eu-west-1:111122223333:function:theirs'),
    ]),
  ),
  loop(
    'starts a state machine that nobody knows',
    MACHINE,
    granted(() => [allow(['states:StartExecution'], MACHINE)]),
  ),
  loop(
    'starts a state machine of the app, which writes',
    'a → states:StartExecution → Machine',
    plain((built) => {
      const machine = new StateMachine(built.stack, 'Machine', {
        definitionBody: DefinitionBody.fromChainable(new Pass(built.stack, 'Nothing')),
        role: writer(built, 'states.amazonaws.com'),
      });
      lets(built, [allow(['states:StartExecution'], machine.stateMachineArn)]);
    }),
  ),
  loop(
    'puts records into a stream that is delivered to the bucket',
    'a → firehose:PutRecord → Delivery',
    plain((built) => {
      const stream = new CfnDeliveryStream(built.stack, 'Delivery', {
        extendedS3DestinationConfiguration: {
          bucketArn: built.pipeline.ingestBucket.bucketArn,
          roleArn: writer(built, 'firehose.amazonaws.com').roleArn,
        },
      });
      lets(built, [allow(['firehose:PutRecord'], stream.attrArn)]);
    }),
  ),
  loop(
    'sends to its own queue',
    'a → sqs:SendMessage → a',
    plain((built) => {
      lets(built, [allow(['sqs:SendMessage'], built.pipeline.consumers[0]!.queues.work!.queue.queueArn)]);
    }),
  ),
  loop('sends to another’s queue, which sends back', 'a → sqs:SendMessage → b → in/ → a', {
    consumers: [consumer('a', IN), consumer('b', [{ prefix: 'b/' }], { grants: (to) => puts(to) })],
    more: (built) => {
      lets(built, [allow(['sqs:SendMessage'], built.pipeline.consumers[1]!.queues.work!.queue.queueArn)]);
    },
  }),
  loop('sends to its own queue by its name', 'a → sqs:SendMessage → a', {
    ...granted(() => [allow(['sqs:SendMessage'], 'arn:aws:sqs:eu-west-1:111122223333:Files-a')]),
    env: ENV,
  }),
  loop(
    'is told of by a topic, which it publishes to',
    'a → sns:Publish → Topic',
    plain((built) => {
      const topic = new Topic(built.stack, 'Topic');
      topic.addSubscription(new SqsSubscription(built.pipeline.consumers[0]!.queues.work!.queue));
      lets(built, [allow(['sns:Publish'], topic.topicArn)]);
    }),
  ),
  loop(
    'puts through a function that changes objects',
    's3-object-lambda',
    granted(() => [
      allow(
        ['s3-object-lambda:PutObject'],
        'arn:aws:s3-object-lambda:eu-west-1:111122223333:accesspoint/changing',
      ),
    ]),
  ),
  loop(
    'uses a service that nobody thought of',
    'transfer:StartFileTransfer',
    granted(() => anywhere('transfer:StartFileTransfer')),
  ),
  loop(
    'puts a row whose stream calls a function that writes',
    'a → dynamodb:PutItem → ',
    plain((built) => {
      const table = new Table(built.stack, 'Rows', {
        partitionKey: { name: 'key', type: AttributeType.STRING },
        stream: StreamViewType.NEW_IMAGE,
      });
      const target = functionWith(built.stack, 'Other', writer(built, 'lambda.amazonaws.com'));
      new EventSourceMapping(built.stack, 'Mapping', { target, eventSourceArn: table.tableStreamArn! });
      lets(built, [allow(['dynamodb:PutItem'], table.tableArn)]);
    }),
  ),
  loop(
    'puts events for a rule whose function writes',
    'a → events:PutEvents → Bus',
    plain((built) => {
      const bus = new EventBus(built.stack, 'Bus');
      const other = functionWith(built.stack, 'Other', writer(built, 'lambda.amazonaws.com'));
      new CfnRule(built.stack, 'Rule', {
        eventBusName: bus.eventBusName,
        eventPattern: { source: ['team.files'] },
        targets: [{ id: 'Other', arn: other.functionArn }],
      });
      lets(built, [allow(['events:PutEvents'], bus.eventBusArn)]);
    }),
  ),
  none(
    'sends letters to its own dead-letter queue',
    plain((built) => {
      lets(built, [
        allow(['sqs:SendMessage'], built.pipeline.consumers[0]!.queues.work!.deadLetterQueue.queueArn),
      ]);
    }),
  ),
  none(
    'calls a function that writes rows',
    plain((built) => {
      const role = new Role(built.stack, 'Rows', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      role.addToPolicy(allow(['dynamodb:PutItem'], '*'));
      lets(built, [allow(['lambda:InvokeFunction'], functionWith(built.stack, 'Other', role).functionArn)]);
    }),
  ),
  none(
    'starts a state machine of the app, which writes elsewhere',
    plain((built) => {
      const role = new Role(built.stack, 'Steps', {
        assumedBy: new ServicePrincipal('states.amazonaws.com'),
      });
      role.addToPolicy(allow(['s3:PutObject'], objects(built.pipeline.outputBucket, '*')));
      const machine = new StateMachine(built.stack, 'Machine', {
        definitionBody: DefinitionBody.fromChainable(new Pass(built.stack, 'Nothing')),
        role,
      });
      lets(built, [allow(['states:StartExecution'], machine.stateMachineArn)]);
    }),
  ),
  none(
    'publishes to a topic that people read',
    plain((built) => {
      const topic = new Topic(built.stack, 'Topic');
      topic.addSubscription(new EmailSubscription('on-call@example.com'));
      lets(built, [allow(['sns:Publish'], topic.topicArn)]);
    }),
  ),
  none(
    'starts a state machine whose end its entry tells',
    granted(() => [allow(['states:StartExecution'], MACHINE)], {
      endsAt: `${MACHINE}, it writes to a bucket of its own`,
    }),
  ),
];
