import { acceptedEvent } from './history/accepted-event.ts';
import type { BucketChange } from './history/bucket-model.ts';
import { isOdd } from './history/keys.ts';
import type { Operation } from './history/operation.ts';
import { poisonBody } from './history/poison.ts';
import type { Fault } from './faults.ts';
import type { World } from './world/world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Does one operation of a history to the world. */
export function perform(world: World, operation: Operation): void {
  const { bucket, injector, calls, clock, checks, place, services } = world;
  world.trace.add(`${clock.now()} ${operation.n} ${operation.do}`);
  const id = `e${operation.n}`;
  const change = (made: BucketChange | undefined, fault?: Fault): void => {
    if (made === undefined) return;
    if (fault !== undefined) injector.count(fault);
    publish(world, made, id);
  };
  switch (operation.do) {
    case 'put':
      change(bucket.put(operation.key, operation.body));
      break;
    case 'delete':
      change(bucket.delete(operation.key));
      break;
    case 'delete-version':
      change(bucket.deleteVersion(operation.key, operation.nth), 'version-deleted');
      break;
    case 'expire-version':
      change(bucket.expireVersion(operation.key), 'version-expired');
      break;
    case 'remove-marker':
      change(bucket.removeMarker(operation.key), 'marker-removed');
      break;
    case 'expire-object':
      change(bucket.expire(operation.key));
      break;
    case 'tag':
      change(bucket.tag(operation.key));
      break;
    case 'poison': {
      const { name, queue } = place.consumers[operation.consumer]!;
      const body = poisonBody(operation, place.bucket);
      injector.count('poison');
      checks.poison.set(body, name);
      services.sqs.send(services.sqs.queues.named(queue), body);
      break;
    }
    case 'replay':
      injector.count('replay');
      startReplay(world, `r${operation.n}`, operation.consumer);
      break;
    case 'kill':
      injector.count('kill');
      world.killAndRestart(operation.downMs);
      break;
    case 'outage':
      injector.count('outage');
      calls.takeOut(operation.of, operation.forMs);
      break;
    case 'leap':
      injector.count('clock-leap');
      clock.leap(operation.byMs);
      break;
    default:
      operation satisfies never;
  }
}

/** Of everything that the archive holds, to the rule of one consumer or to all of this pipeline. */
export function startReplay(
  { services: { bus }, clock, place }: World,
  name: string,
  to: number | 'all',
): void {
  const { consumers, archive } = place;
  // EventBridge has at most ten under way
  if (bus.replays.active() >= 10) return;
  bus.replays.start({
    name,
    archiveName: archive,
    description: null,
    filterArns: consumers.filter((_, at) => to === 'all' || at === to).map(({ ruleArn }) => ruleArn),
    eventStart: clock.now() - 30 * DAY_MS,
    eventEnd: clock.now() + DAY_MS,
  });
  bus.wakeReplays();
}

/** S3 tells of the change: at least once, soon or late, in any order. */
function publish(world: World, change: BucketChange, id: string): void {
  const { injector, chance, checks, clock, place, services } = world;
  const { accountId: account, region } = place.plan;
  const isUnordered = change.sequencer !== undefined && injector.strikes('no-sequencer', id);
  const event = acceptedEvent(isUnordered ? { ...change, sequencer: undefined } : change, {
    id,
    bucket: place.bucket,
    account,
    region,
    timeMs: clock.now(),
    hasExtraFields: injector.strikes('extra-fields', id),
  });
  if (isOdd(change.key)) injector.count('odd-key');
  checks.accept(event);
  const times = injector.strikes('duplicate-event', id) ? 2 : 1;
  for (let time = 0; time < times; time++) {
    const struck = injector.first(['late-by-hours', 'reordered-event'], id);
    const most = struck === 'late-by-hours' ? 6 * HOUR_MS : struck === 'reordered-event' ? 120_000 : 1_500;
    services.bus.publish(event.text, clock.now() + 50 + chance.below(`delay|${id}`, most));
  }
}
