import { EventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { consumer, IN } from './pipeline-of.ts';
import { MACHINE, ENV, loop, none, writer, functionWith, forwarder, type KnownCase } from './known-case.ts';

/** Consumers without a function, and what an entry says. */
export const targets: readonly KnownCase[] = [
  loop(
    'is a queue that nobody in the app drains',
    "leaves what can be seen here at queue, and might write where the consumer listens: a → queue; where nothing of it comes back, say endsAt: 'queue, WHY NOT'",
    {
      consumers: [forwarder('queue')],
    },
  ),
  loop('is a queue that a function of the app drains and that writes', 'a → Other', {
    consumers: [forwarder('queue')],
    more: (built) => {
      const target = functionWith(built.stack, 'Other', writer(built, 'lambda.amazonaws.com'));
      const { queueArn } = built.pipeline.consumers[0]!.queues.work!.queue;
      new EventSourceMapping(built.stack, 'Mapping', { target, eventSourceArn: queueArn });
    },
  }),
  loop('is a state machine that nobody knows', MACHINE, {
    consumers: [forwarder({ stateMachine: MACHINE })],
    env: ENV,
  }),
  none('is a queue that a function of the app drains', {
    consumers: [forwarder('queue')],
    more: ({ stack, pipeline }) => {
      const role = new Role(stack, 'Rows', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      const { queueArn } = pipeline.consumers[0]!.queues.work!.queue;
      new EventSourceMapping(stack, 'Mapping', {
        target: functionWith(stack, 'Other', role),
        eventSourceArn: queueArn,
      });
    },
  }),
  none('is a queue, and its entry tells who drains it', {
    consumers: [forwarder('queue', 'queue, its workers write rows only')],
  }),
  loop('is a bus of another account', 'event-bus/partner', {
    consumers: [forwarder({ bus: 'arn:aws:events:eu-central-1:444455556666:event-bus/partner' })],
  }),
  loop(
    'is told to end where it does not come to',
    'its endsAt names arn:aws:sqs:x, which it does not come to; leave it out',
    {
      consumers: [consumer('a', IN, { endsAt: 'arn:aws:sqs:x, nothing is there' })],
    },
  ),
  loop('is told to end everywhere', 'its endsAt is "*, it is all right like that"; write one resource', {
    consumers: [forwarder('queue', '*, it is all right like that')],
  }),
  loop(
    'is told to end somewhere, and not why',
    'its endsAt is "queue"; write one resource, a comma, and why',
    {
      consumers: [forwarder('queue', 'queue')],
    },
  ),
  none('is a bus of the app, and its entry tells where its events go', {
    consumers: [],
    props: (stack) => {
      const bus = new EventBus(stack, 'Own');
      return { consumers: [() => forwarder({ bus }, `${bus.eventBusArn}, its rules are in another app`)] };
    },
  }),
];
