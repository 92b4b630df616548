import type { DeliveryTarget } from '../../../local/eventbridge/deliveries.ts';
import type { PolledQueue } from '../../../local/lambda/source-queue.ts';
import type { EventSourceMappingPlan } from '../../../local/plan.ts';
import type { Checks } from '../checks/checks.ts';
import type { ConsumerName } from '../history/expectation.ts';
import type { Injector } from '../injector.ts';
import type { Place } from '../place.ts';
import type { ServiceCalls } from './service-calls.ts';

interface Ground {
  readonly injector: Injector;
  readonly calls: ServiceCalls;
  readonly checks: Checks;
  readonly place: Place;
}

/** Faults and checks on the two joints of the local services: from a rule to its queue, and from a queue to its function. */
export function bestowFaults(ground: Ground) {
  return {
    aroundTarget: (target: DeliveryTarget) => unreliableTarget(target, ground),
    aroundQueue: (queue: PolledQueue, mapping: EventSourceMappingPlan) =>
      watchedQueue(queue, ground.place.ofQueue(mapping.queueArn), ground),
  };
}

function unreliableTarget(target: DeliveryTarget, { injector, calls }: Ground): DeliveryTarget {
  return {
    deliver(delivery) {
      // a letter of the rule itself; EventBridge says nothing of what becomes of those
      if (delivery.attributes !== undefined) return target.deliver(delivery);
      const id = /"id":"(e\d+)"/.exec(delivery.body)?.[1];
      const question = `${delivery.ruleArn}|${id}`;
      if (calls.isOut('rules')) return refusal('THROTTLING', true);
      const struck = injector.first(['target-throttled', 'target-denied', 'rule-fires-twice'], question);
      if (struck === 'target-throttled') return refusal('THROTTLING', true);
      if (struck === 'target-denied') return refusal('NO_PERMISSIONS', false);
      if (struck === 'rule-fires-twice') target.deliver(delivery);
      return target.deliver(delivery);
    },
  };
}

const refusal = (errorCode: string, retryable: boolean) => ({
  errorCode,
  errorMessage: `${errorCode} (injected)`,
  retryable,
});

function watchedQueue(
  queue: PolledQueue,
  { name, deadLetterQueue }: { readonly name: ConsumerName; readonly deadLetterQueue: string },
  { injector, checks }: Ground,
): PolledQueue {
  /** In hand, by receipt handle. */
  const inHand = new Map<string, { readonly messageId: string; readonly body: string }>();
  return {
    ...queue,
    receive: (most) => {
      const records = queue.receive(most);
      for (const { receiptHandle, messageId, body } of records) {
        inHand.set(receiptHandle, { messageId, body });
      }
      return records;
    },
    fail: (handles) => {
      for (const handle of handles) inHand.delete(handle);
      queue.fail(handles);
    },
    delete: (handles) => {
      const deleted = handles.filter((handle) => {
        const { messageId, body } = inHand.get(handle)!;
        inHand.delete(handle);
        checks.messageDone(name, deadLetterQueue, messageId, body);
        const id = /"id":"(e\d+)"/.exec(body)?.[1];
        // the deletion is lost: it comes again when it is visible
        return !injector.strikes('received-again', `${name}|${id}`);
      });
      queue.delete(deleted);
    },
  };
}
