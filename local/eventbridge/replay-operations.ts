import { AwsError } from '../protocols/aws-error.ts';
import { nameInArn } from './arns.ts';
import { busArn, checkBus } from './bus-name.ts';
import type { EventBus } from './event-bus.ts';
import type { Input } from '../protocols/input.ts';
import type { Operation } from './operation.ts';
import { page } from './paging.ts';
import type { Replay } from './replays.ts';

const REPLAY_NAME = /^[.\-_A-Za-z0-9]{1,64}$/;

/** The operations on replays. */
export function replayOperations(bus: EventBus): Readonly<Record<string, Operation>> {
  const { archives, replays } = bus;
  const resource = (input: Input) => replays.arn(input.text('ReplayName', REPLAY_NAME));
  const summary = (replay: Replay) => ({
    ReplayName: replay.name,
    EventSourceArn: archives.arn(replay.archiveName),
    State: replay.state,
    ...(replay.stateReason !== null && { StateReason: replay.stateReason }),
    EventStartTime: replay.eventStart / 1_000,
    EventEndTime: replay.eventEnd / 1_000,
    ...(replay.lastReplayed !== null && { EventLastReplayedTime: replay.lastReplayed / 1_000 }),
    ReplayStartTime: replay.startedAt / 1_000,
    ...(replay.endedAt !== null && { ReplayEndTime: replay.endedAt / 1_000 }),
  });

  return {
    StartReplay: {
      resource,
      answer(input) {
        const name = input.text('ReplayName', REPLAY_NAME);
        const replay = replays.start({
          name,
          archiveName: readArchive(bus, input),
          description: input.optionalText('Description') ?? null,
          ...readTimes(input),
          filterArns: readDestination(bus, input),
        });
        bus.wakeReplays();
        return {
          ReplayArn: replays.arn(name),
          State: replay.state,
          ReplayStartTime: replay.startedAt / 1_000,
        };
      },
    },
    DescribeReplay: {
      resource,
      answer(input) {
        const replay = replays.get(input.text('ReplayName', REPLAY_NAME));
        input.finish();
        const { description, filterArns } = replay;
        return {
          ...summary(replay),
          ReplayArn: replays.arn(replay.name),
          ...(description !== null && { Description: description }),
          Destination: {
            Arn: busArn(bus.location),
            ...(filterArns.length > 0 && { FilterArns: filterArns }),
          },
        };
      },
    },
    ListReplays: {
      resource: () => replays.arn('*'),
      answer(input) {
        const state = input.optionalText('State');
        const source = input.optionalText('EventSourceArn');
        const wanted = replays
          .list()
          .filter(
            (replay) =>
              (state === undefined || replay.state === state) &&
              (source === undefined || archives.arn(replay.archiveName) === source),
          );
        const { items, next } = page(input, wanted);
        input.finish();
        return { Replays: items.map(summary), ...next };
      },
    },
    CancelReplay: {
      resource,
      answer(input) {
        const wanted = input.text('ReplayName', REPLAY_NAME);
        input.finish();
        const { name, state } = replays.cancel(wanted);
        bus.wakeReplays();
        return { ReplayArn: replays.arn(name), State: state };
      },
    },
  };
}

function readArchive({ location, archives }: EventBus, input: Input): string {
  const arn = input.text('EventSourceArn');
  const name = nameInArn(location, 'archive', arn);
  if (name === undefined) input.refuse('EventSourceArn', `${arn} is not the ARN of an archive here`);
  // StartReplay's own code: DescribeArchive of the same name says ResourceNotFoundException
  if (archives.find(name) === undefined) input.refuse('EventSourceArn', `Archive ${name} does not exist`);
  return name;
}

function readTimes(input: Input): { eventStart: number; eventEnd: number } {
  const eventStart = input.time('EventStartTime');
  const eventEnd = input.time('EventEndTime');
  if (eventStart >= eventEnd) input.refuse('EventEndTime', 'EventStartTime must be before EventEndTime');
  return { eventStart, eventEnd };
}

/** @returns the filter: ARNs of rules that exist */
function readDestination({ location, rules }: EventBus, input: Input): readonly string[] {
  const destination = input.object('Destination') ?? input.refuse('Destination', 'it is missing');
  const arn = destination.text('Arn');
  // a replay goes only to the bus that the archive was filled from, and there is but one
  checkBus(location, arn);
  const filterArns = destination.texts('FilterArns');
  for (const filterArn of filterArns) {
    const name = nameInArn(location, 'rule', filterArn);
    if (name === undefined || rules.find(name) === undefined) {
      throw new AwsError('ResourceNotFoundException', `Rule ${filterArn} does not exist.`);
    }
  }
  for (const part of [destination, input]) part.finish();
  return filterArns;
}
