import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { busEvent } from '../../support/object-events.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';

const NOBODY = '00000000-0000-0000-0000-000000000000';
const NAMES = ['a', 'b', 'c', 'd'];
let pipeline: PipelineUnderTest;
/** Ids of the letters, by the name of the key that each is about. */
let ids: Record<string, string>;

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
  await sluiceInside(pipeline, 'pause', 'metadata-writer', '--yes');
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await run('dead', 'purge', '--count', String((await letters()).length));
  const sent = await Promise.all(
    NAMES.map(async (name) => {
      const queue = name === 'd' ? 'RuleDeadLetterQueueUrl' : 'DeadLetterQueueUrl';
      const { MessageId = '' } = await pipeline.sqs.send(
        new SendMessageCommand({
          QueueUrl: pipeline.output(`MetadataWriter${queue}`),
          MessageBody: JSON.stringify(busEvent({ bucket: pipeline.bucket, key: `${name}.csv` })),
        }),
      );
      return [name, MessageId];
    }),
  );
  ids = Object.fromEntries(sent) as Record<string, string>;
});

const run = (...args: string[]) => sluiceInside(pipeline, ...args, '--json');
const named = (...names: string[]) => names.flatMap((name) => ['--message-id', ids[name] ?? NOBODY]);

/** The keys that letters are about, in order. */
async function letters(): Promise<string[]> {
  const { stdout } = await run('dead', 'list');
  const { letters: all } = JSON.parse(stdout) as { letters: { keys: string[] }[] };
  return all.flatMap(({ keys }) => keys).toSorted();
}

const waiting = async () => (await pipeline.status()).queues['Sluice-dev-metadata-writer']!.visible;

describe('letters that are named by their ids', () => {
  test('are redriven, and no others, out of both queues', async () => {
    const before = await waiting();

    const ran = await run('redrive', '--yes', ...named('b', 'd'));

    expect([ran.exitCode, ran.json()]).toEqual([
      0,
      expect.objectContaining({ matched: 2, moved: 2, notFound: [], failures: [] }),
    ]);
    expect([await letters(), (await waiting()) - before]).toEqual([['a.csv', 'c.csv'], 2]);
  });

  test('are purged, and no others', async () => {
    const ran = await run('dead', 'purge', '--count', '1', ...named('a'));

    expect([ran.exitCode, ran.json()]).toEqual([
      0,
      expect.objectContaining({ dryRun: false, matched: 1, purged: 1, notFound: [] }),
    ]);
    expect(await letters()).toEqual(['b.csv', 'c.csv', 'd.csv']);
  });

  test.each([
    ['redrive', '--yes'],
    ['dead', 'purge', '--count', '1'],
  ])('with %s %s: one that is not there is said, and the others are dealt with', async (...verb) => {
    const ran = await run(...verb, ...named('a', 'nobody'));

    expect([ran.exitCode, ran.json()]).toEqual([4, expect.objectContaining({ notFound: [NOBODY] })]);
    expect(ran.stderr).toContain(`there is no dead letter ${NOBODY} that matches`);
    expect(await letters()).toEqual(['b.csv', 'c.csv', 'd.csv']);
  });

  test.each([
    ['redrive', '--dry-run'],
    ['dead', 'purge', '--dry-run'],
  ])('with %s %s are shown alone, and stay', async (...verb) => {
    const ran = await run(...verb, ...named('a', 'b'));

    const { matched, groups, dryRun } = ran.json<{ matched: number; groups: unknown[]; dryRun: boolean }>();
    expect([ran.exitCode, matched, groups.length, dryRun]).toEqual([0, 2, 1, true]);
    expect(await letters()).toEqual(NAMES.map((name) => `${name}.csv`));
  });

  test('none of which is there are exit code 3, and so are those that other flags leave out', async () => {
    const gone = await run('redrive', '--yes', '--message-id', NOBODY);
    const ofAnother = await run('redrive', '--yes', '--consumer', 'csv-row-counter', ...named('a'));

    expect([gone.exitCode, ofAnother.exitCode]).toEqual([3, 3]);
    expect(gone.stderr).toContain(NOBODY);
    expect(await letters()).toHaveLength(4);
  });
});
