import { authorize, type Principal } from '../iam.ts';
import type { Input } from '../protocols/input.ts';
import type { Sqs } from './sqs.ts';

const MOST_PER_SECOND = 500;
const MOST_LISTED = 10;

/** Operations on move tasks: they name queues by ARN, and a task by its handle. */
export function moveTaskOperations(
  sqs: Sqs,
): Readonly<Record<string, (input: Input, principal: Principal) => unknown>> {
  const { moveTasks } = sqs;
  return {
    StartMessageMoveTask(input, principal) {
      const sourceArn = input.text('SourceArn');
      const destinationArn = input.optionalText('DestinationArn');
      const perSecond = input.integer('MaxNumberOfMessagesPerSecond', 1, MOST_PER_SECOND);
      input.finish();
      authorize(principal, 'sqs:StartMessageMoveTask', sourceArn);
      // the messages are sent there in the caller's name
      if (destinationArn !== undefined) authorize(principal, 'sqs:SendMessage', destinationArn);
      const TaskHandle = moveTasks.start(sourceArn, destinationArn, perSecond);
      sqs.wakeMoveTasks();
      return { TaskHandle };
    },
    ListMessageMoveTasks(input, principal) {
      const sourceArn = input.text('SourceArn');
      const most = input.integer('MaxResults', 1, MOST_LISTED) ?? 1;
      input.finish();
      authorize(principal, 'sqs:ListMessageMoveTasks', sourceArn);
      return {
        Results: moveTasks
          .list(sourceArn)
          .slice(0, most)
          .map((task) => ({
            // only what can still be cancelled has a handle
            ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
            Status: task.status,
            SourceArn: task.sourceArn,
            ...(task.destinationArn !== null && { DestinationArn: task.destinationArn }),
            ...(task.perSecond !== null && { MaxNumberOfMessagesPerSecond: task.perSecond }),
            ApproximateNumberOfMessagesMoved: task.moved,
            ApproximateNumberOfMessagesToMove: task.toMove,
            ...(task.failureReason !== null && { FailureReason: task.failureReason }),
            StartedTimestamp: task.startedAt,
          })),
      };
    },
    CancelMessageMoveTask(input, principal) {
      const handle = input.text('TaskHandle');
      input.finish();
      authorize(principal, 'sqs:CancelMessageMoveTask', moveTasks.get(handle).sourceArn);
      const ApproximateNumberOfMessagesMoved = moveTasks.cancel(handle);
      sqs.wakeMoveTasks();
      return { ApproximateNumberOfMessagesMoved };
    },
  };
}
