import {
  CancelReplayCommand,
  DescribeReplayCommand,
  LimitExceededException,
  ListReplaysCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { CliError, nothingMatched } from '../cli-error.ts';
import type { Archive } from '../archive/described-archive.ts';
import { hasEnded, progressOf, type ReplayState } from './replay-progress.ts';
import type { Window } from './replay-window.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Route } from '../pipeline/routing.ts';
import { Patience } from '../pipeline/patience.ts';
import { pause } from '../../shared/pause.ts';
import { durationText } from '../terminal/units.ts';

export interface StartOptions extends Window {
  readonly name: string;
  readonly archive: Archive;
  readonly routes: readonly Route[];
  readonly signal: AbortSignal;
  /** How long the others may stand still. */
  readonly patienceMs: number;
  /** Called while ten replays are active and this one has to wait, with their names. */
  readonly onWaiting?: (active: readonly string[]) => void;
}

const WAIT_FOR_A_SLOT_MS = { local: 250, aws: 15_000 };

/**
 * Starts a replay to the rules of these routes, and to no other rule of the bus. One that was started by this name
 * before is left as it is, so that the same command may be repeated after it was broken off.
 *
 * @returns whether it was started now
 * @throws CliError when ten others are active, and stand still
 */
export async function startReplay(
  pipeline: Pipeline,
  { name, archive, routes, since, until, signal, patienceMs, onWaiting }: StartOptions,
): Promise<boolean> {
  const patience = new Patience(patienceMs);
  for (;;) {
    try {
      await pipeline.events.send(
        new StartReplayCommand({
          ReplayName: name,
          EventSourceArn: archive.arn,
          EventStartTime: since,
          EventEndTime: until,
          Destination: { Arn: archive.busArn, FilterArns: routes.map(({ ruleArn }) => ruleArn) },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ResourceAlreadyExistsException) return false;
      if (!(error instanceof LimitExceededException)) throw error;
      const active = (await replaysOf(pipeline)).filter(({ state }) => !hasEnded(state));
      const names = active.map((one) => one.name);
      if (patience.isOver(active)) {
        throw new CliError(
          `ten replays are active in this account and Region, and none has moved for ${durationText(patienceMs)}: ${names.join(', ')}`,
          {
            nextStep:
              'cancel one (sluice replay cancel NAME), and run the same command again; nothing was started',
            cause: error,
          },
        );
      }
      onWaiting?.(names);
      await pause(WAIT_FOR_A_SLOT_MS[pipeline.deployment.kind], signal);
      signal.throwIfAborted();
    }
  }
}

/** @throws CliError, nothing matched, when there is no such replay (records are kept for 90 days) */
export async function describeReplay({ events }: Pipeline, name: string): Promise<ReplayState> {
  try {
    const { Destination, ...replay } = await events.send(new DescribeReplayCommand({ ReplayName: name }));
    return { ...stateOf(replay), ruleArns: Destination?.FilterArns ?? [] };
  } catch (cause) {
    if (!(cause instanceof ResourceNotFoundException)) throw cause;
    throw nothingMatched(`there is no replay ${JSON.stringify(name)}`, '`sluice replay list` names them');
  }
}

/** The replays of this pipeline's archive, the newest first. */
export async function listReplays(pipeline: Pipeline, archive: Archive): Promise<readonly ReplayState[]> {
  return await replaysOf(pipeline, { EventSourceArn: archive.arn });
}

/** All of the account and Region, other teams' too, unless an archive is named. */
async function replaysOf(
  { events }: Pipeline,
  filter: { readonly EventSourceArn?: string } = {},
): Promise<readonly ReplayState[]> {
  const replays: ReplayState[] = [];
  let NextToken: string | undefined;
  do {
    const page = await events.send(
      new ListReplaysCommand({ ...filter, ...(NextToken !== undefined && { NextToken }) }),
    );
    replays.push(...(page.Replays ?? []).map(stateOf));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return replays.toSorted((left, right) => ((left.startedAt ?? '') < (right.startedAt ?? '') ? 1 : -1));
}

/** @throws CliError, nothing matched; and failed, when it has ended already */
export async function cancelReplay(pipeline: Pipeline, name: string): Promise<ReplayState> {
  const { state } = await describeReplay(pipeline, name);
  if (hasEnded(state)) throw new CliError(`replay ${name} is ${state} already: there is nothing to cancel`);
  await pipeline.events.send(new CancelReplayCommand({ ReplayName: name }));
  return await describeReplay(pipeline, name);
}

const LOOK_AGAIN_MS = { local: 100, aws: 3_000 };

export interface WatchOptions {
  readonly signal: AbortSignal;
  /** How long it may stand still. */
  readonly patienceMs: number;
  readonly onProgress: (state: ReplayState) => void;
}

/** Follows a replay until it has ended, stands still, or the signal aborts: then it goes on without being watched. */
export async function watchReplay(
  pipeline: Pipeline,
  name: string,
  { signal, patienceMs, onProgress }: WatchOptions,
): Promise<ReplayState> {
  const patience = new Patience(patienceMs);
  for (;;) {
    const replay = await describeReplay(pipeline, name);
    onProgress(replay);
    if (hasEnded(replay.state) || signal.aborted || patience.isOver(replay)) return replay;
    await pause(LOOK_AGAIN_MS[pipeline.deployment.kind], signal);
  }
}

interface DescribedReplay {
  readonly ReplayName?: string | undefined;
  readonly State?: string | undefined;
  readonly StateReason?: string | undefined;
  readonly EventStartTime?: Date | undefined;
  readonly EventEndTime?: Date | undefined;
  readonly EventLastReplayedTime?: Date | undefined;
  readonly ReplayStartTime?: Date | undefined;
  readonly ReplayEndTime?: Date | undefined;
}

function stateOf(replay: DescribedReplay): ReplayState {
  const lastReplayed = replay.EventLastReplayedTime?.toISOString();
  const gone = {
    state: replay.State ?? '',
    since: (replay.EventStartTime ?? new Date(0)).toISOString(),
    until: (replay.EventEndTime ?? new Date(0)).toISOString(),
    ...(lastReplayed !== undefined && { lastReplayed }),
  };
  return {
    name: replay.ReplayName ?? '',
    ...gone,
    progress: progressOf(gone),
    ...(replay.StateReason !== undefined && { stateReason: replay.StateReason }),
    ...timed('startedAt', replay.ReplayStartTime),
    ...timed('endedAt', replay.ReplayEndTime),
  };
}

const timed = (name: string, date: Date | undefined): object =>
  date === undefined ? {} : { [name]: date.toISOString() };
