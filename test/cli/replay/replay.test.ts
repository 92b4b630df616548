import { DescribeReplayCommand, CancelReplayCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { hasEnded, progressOf } from '../../../cli/replay/replay-progress.ts';
import { cancelReplay, describeReplay, startReplay } from '../../../cli/replay/replay.ts';
import type { Archive } from '../../../cli/archive/described-archive.ts';
import type { Route } from '../../../cli/pipeline/routing.ts';
import { events, pipelineInAws, resetMocks } from '../../support/mocked-aws.ts';

beforeEach(resetMocks);
afterAll(() => {
  vi.useRealTimers();
});

const at = (minute: number) => `2026-11-20T07:${String(minute).padStart(2, '0')}:00.000Z`;
const replay = { name: 'again', state: 'RUNNING', since: at(0), until: at(40) };

describe('the progress of a replay', () => {
  test.each([
    [{}, 0],
    [{ lastReplayed: at(0) }, 0],
    [{ lastReplayed: at(10) }, 0.25],
    [{ lastReplayed: at(40) }, 1],
    [{ lastReplayed: at(50) }, 1],
    [{ state: 'COMPLETED' }, 1],
    [{ state: 'FAILED', lastReplayed: at(20) }, 0.5],
  ])('with %j is %d of its window', (state, progress) => {
    expect(progressOf({ ...replay, ...state })).toBe(progress);
  });
});

test('a replay has ended when it is completed, cancelled or failed', () => {
  const states = ['STARTING', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED'];

  expect(states.filter(hasEnded)).toEqual(['COMPLETED', 'CANCELLED', 'FAILED']);
});

test('a replay that runs tells how far it has come', async () => {
  events.on(DescribeReplayCommand).resolves({
    ReplayName: 'again',
    State: 'RUNNING',
    EventStartTime: new Date(at(0)),
    EventEndTime: new Date(at(40)),
    EventLastReplayedTime: new Date(at(30)),
  });

  expect(await describeReplay(pipelineInAws(), 'again')).toMatchObject({
    ...replay,
    lastReplayed: at(30),
    progress: 0.75,
  });
});

test('a replay names the rules that it is for, lest it reach every rule of the bus', async () => {
  events.on(StartReplayCommand).resolves({});
  const ruleArns = ['rule/one', 'rule/other'];

  const isStarted = await startReplay(pipelineInAws(), {
    name: 'again',
    archive: { arn: 'archive', busArn: 'bus' } as Archive,
    routes: ruleArns.map((ruleArn) => ({ ruleArn }) as Route),
    since: new Date(at(0)),
    until: new Date(at(40)),
    signal: new AbortController().signal,
    patienceMs: 1,
  });

  expect(isStarted).toBe(true);
  expect(events.commandCalls(StartReplayCommand).map(({ args: [{ input }] }) => input)).toMatchObject([
    { ReplayName: 'again', EventSourceArn: 'archive', Destination: { Arn: 'bus', FilterArns: ruleArns } },
  ]);
});

test('a replay that has ended is not cancelled', async () => {
  events.on(DescribeReplayCommand).resolves({ ReplayName: 'again', State: 'COMPLETED' });

  await expect(cancelReplay(pipelineInAws(), 'again')).rejects.toThrow('is COMPLETED already');
  expect(events.commandCalls(CancelReplayCommand)).toEqual([]);
});
