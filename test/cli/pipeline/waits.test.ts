import { LimitExceededException, ListReplaysCommand, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { VERBS } from '../../../cli/verbs.ts';
import { Patience } from '../../../cli/pipeline/patience.ts';
import { events, NOW, resetMocks, runAgainstAws, s3, sqs } from '../../support/mocked-aws.ts';

test('patience ends when nothing has moved for so long, and begins anew with every move', () => {
  let now = 0;
  const patience = new Patience(10, () => now);
  const over = [
    [0, 'a'],
    [9, 'a'],
    [10, 'b'],
    [19, 'b'],
    [20, 'b'],
  ].map(([at, state]) => {
    now = Number(at);
    return patience.isOver(state);
  });

  expect(over).toEqual([false, false, false, false, true]);
});

const holding = (waiting: number) => ({
  Attributes: {
    ApproximateNumberOfMessages: String(waiting),
    ApproximateNumberOfMessagesNotVisible: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    MessageRetentionPeriod: '1209600',
  },
});

/** Runs to the end, however long the command waits; not for ever. */
async function ended(running: ReturnType<typeof runAgainstAws>) {
  const state = { isDone: false };
  void running.finally(() => {
    state.isDone = true;
  });
  for (let minutes = 0; minutes < 120 && !state.isDone; minutes++) await vi.advanceTimersByTimeAsync(60_000);
  expect(state.isDone).toBe(true);
  return await running;
}

describe('a wait in AWS', () => {
  // the time that a verb takes to load is not of the clock that the tests move
  beforeAll(async () => {
    await Promise.all([...VERBS.map(({ load }) => load()), import('../../../cli/pipeline/connection.ts')]);
  });
  beforeEach(() => {
    resetMocks();
    vi.useFakeTimers({
      now: NOW,
      toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'],
      shouldAdvanceTime: true,
      advanceTimeDelta: 20,
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('for one of ten replays ends when none of them moves, and names them', async () => {
    events.on(StartReplayCommand).rejects(new LimitExceededException({ $metadata: {}, message: 'ten' }));
    events
      .on(ListReplaysCommand)
      .resolves({ Replays: [{ ReplayName: 'of-another-team', State: 'RUNNING' }] });

    const { exitCode, err } = await ended(runAgainstAws('replay', '--since=3d', '--until=1d', '--yes'));

    expect(exitCode).toBe(1);
    expect(err).toContain('none has moved for 10 min: of-another-team');
    expect(err).toContain('sluice replay cancel NAME');
  });

  test('for letters ends though a consumer that fails brings them as fast as they are taken', async () => {
    let count = 0;
    sqs.on(GetQueueAttributesCommand).resolves(holding(1));
    sqs.on(ReceiveMessageCommand).callsFake(() => ({
      Messages: [
        {
          MessageId: `m${++count}`,
          ReceiptHandle: 'r',
          Body: 'x',
          Attributes: { SentTimestamp: String(NOW.getTime() + 86_400_000) },
        },
      ],
    }));

    const { exitCode } = await ended(
      runAgainstAws('dead', 'list', '--json', '--consumer=metadata-writer', '--kind=queue'),
    );

    expect(exitCode).toBe(0);
    expect(count).toBe(3);
  });

  test('for consumers to go quiet ends when their queue stands still, and names them', async () => {
    sqs
      .on(GetQueueAttributesCommand)
      .callsFake(({ QueueUrl }: { QueueUrl: string }) =>
        holding(QueueUrl.endsWith('Sluice-prod-csv-row-counter') ? 2 : 0),
      );
    let listed = 0;
    s3.on(ListObjectVersionsCommand).callsFake(() => ({
      Versions: listed++ === 0 ? [{ Key: 'ledger/a', VersionId: 'v', LastModified: NOW, Size: 1 }] : [],
    }));

    const { exitCode, err } = await ended(runAgainstAws('empty', '--bucket=output', '--count=1'));

    expect(exitCode).toBe(4);
    expect(err).toContain('stopped waiting for csv-row-counter');
  });
});
