import type { DeliveryTarget } from '../eventbridge/deliveries.ts';
import { asLambda, isAllowed, type RolePrincipal } from '../iam.ts';
import type { SendFailure } from '../lambda/failed-event.ts';
import { log } from '../log.ts';
import { Tally } from '../storage/tally.ts';
import { queueKeyUse, SENDING } from './queue-key.ts';
import type { Queue } from './queues.ts';
import type { Sqs } from './sqs.ts';

/** Where the bus hands events on to queues. */
export function deliveryTarget(sqs: Sqs): DeliveryTarget {
  return {
    deliver: ({ targetArn: queueArn, ruleArn: sourceArn, body, attributes }) =>
      sqs.deliver({ service: 'events.amazonaws.com', sourceArn, queueArn, body, attributes }),
  };
}

/** Where Lambda sends what a function failed on, with the function's role: without the permission it is dropped, as in AWS. */
export function failureSender(sqs: Sqs): SendFailure {
  return (lambda, queueArn, body, attributes) => {
    const queue = sqs.queues.withArn(queueArn);
    if (queue !== undefined && maySend(sqs, asLambda(lambda.principal), queue)) {
      sqs.send(queue, body, attributes);
      return;
    }
    const about = { queue: queueArn, function: lambda.plan.name, body };
    new Tally(sqs.store).add('dropped-events');
    log('a failed event was dropped: its function may not send to the queue', about);
  };
}

function maySend({ keys }: Sqs, principal: RolePrincipal, queue: Queue): boolean {
  return (
    isAllowed(principal, 'sqs:SendMessage', queue.arn) &&
    keys.allows(principal, { ...queueKeyUse(queue), actions: SENDING })
  );
}
