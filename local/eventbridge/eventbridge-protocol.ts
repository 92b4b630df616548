import { InvalidEventTextError, parseEvent } from '../../shared/event-pattern/pattern-event.ts';
import { jsonService, type JsonOperation } from '../protocols/aws-json.ts';
import type { Service } from '../gateway.ts';
import { authorize } from '../iam.ts';
import { archiveOperations } from './archive-operations.ts';
import { busArn, checkBus } from './bus-name.ts';
import type { EventBus } from './event-bus.ts';
import { Input } from '../protocols/input.ts';
import type { Operation } from './operation.ts';
import { page } from './paging.ts';
import { busesOf, putEvents } from './put-events.ts';
import { replayOperations } from './replay-operations.ts';
import { ruleOperations } from './rule-operations.ts';
import { checkPattern } from './rules.ts';

/** EventBridge's wire protocol (JSON 1.1, target `AWSEvents.PutEvents`) in front of the bus. */
export function eventBridgeService(bus: EventBus): Service {
  const operations: Readonly<Record<string, Operation>> = {
    PutEvents: {
      resource: (input) => busesOf(bus, input),
      answer: (input, principal) => putEvents(bus, input, principal),
    },
    DescribeEventBus: { resource: () => busArn(bus.location), answer: (input) => describeBus(bus, input) },
    ListEventBuses: { resource: () => '*', answer: (input) => listBuses(bus, input) },
    TestEventPattern: { resource: () => '*', answer: testEventPattern },
    ...ruleOperations(bus),
    ...archiveOperations(bus),
    ...replayOperations(bus),
  };
  return jsonService({
    name: 'EventBridge',
    contentType: 'application/x-amz-json-1.1',
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, { resource, answer }]): [string, JsonOperation] => [
        name,
        (fields, { principal }) => {
          const input = new Input(`EventBridge ${name}`, fields);
          for (const arn of [resource(input)].flat()) authorize(principal, `events:${name}`, arn);
          return answer(input, principal);
        },
      ]),
    ),
  });
}

function describeBus({ location }: EventBus, input: Input): object {
  checkBus(location, input.optionalText('Name'));
  input.finish();
  return { Name: 'default', Arn: busArn(location) };
}

function listBuses({ location }: EventBus, input: Input): object {
  const { items, next } = page(input, [{ name: 'default' }]);
  input.finish();
  return { EventBuses: items.map(({ name }) => ({ Name: name, Arn: busArn(location) })), ...next };
}

const REQUIRED_OF_AN_EVENT = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

function testEventPattern(input: Input): object {
  const matcher = checkPattern(input.text('EventPattern'));
  const text = input.text('Event');
  input.finish();
  try {
    const event = parseEvent(text);
    const fields = JSON.parse(text) as object;
    const missing = REQUIRED_OF_AN_EVENT.find((name) => !Object.hasOwn(fields, name));
    if (missing !== undefined) input.refuse('Event', `it has no ${missing}`);
    return { Result: matcher.matches(event) };
  } catch (error) {
    if (!(error instanceof InvalidEventTextError)) throw error;
    return input.refuse('Event', error.message);
  }
}
