import { DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { busEvent } from '../../support/object-events.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';
import { waitFor } from '../../support/wait-for.ts';

interface Counted {
  readonly bad: readonly { readonly consumer: string; readonly outcome: string; readonly key: string }[];
  readonly consumers: readonly {
    readonly consumer: string;
    readonly counts: Readonly<Record<string, number>>;
  }[];
  readonly keys: number;
}

describe('status of a prefix', () => {
  let pipeline: PipelineUnderTest;
  const run = (...args: string[]) => sluiceInside(pipeline, 'status', ...args);
  const put = async (Key: string) =>
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a\n' }));
  /** What each consumer's counts are, and how it ended. */
  const counts = async (...args: string[]) => {
    const ran = await run(...args, '--json', '--check');
    const { consumers, bad, keys } = ran.json<Counted>();
    return {
      exitCode: ran.exitCode,
      keys,
      ...Object.fromEntries(consumers.map((one) => [one.consumer, one.counts])),
      bad: bad.map(({ consumer, outcome, key }) => `${consumer} ${outcome} ${key}`),
    };
  };

  const isWaiting = async (consumer: string, ...args: string[]) => {
    const { consumers } = (await run(...args, `--consumer=${consumer}`, '--json')).json<Counted>();
    return consumers.some((one) => 'waiting' in one.counts);
  };

  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start();
    for (const key of ['csv/', 'csv/a.csv', 'csv/readme.txt', 'notes/a.txt']) await put(key);
    await pipeline.drain();
    await sluiceInside(pipeline, 'pause', 'csv-row-counter', '--yes');
    for (const key of ['csv/b.csv', 'csv/c.csv']) await put(key);
    // a key that no row ever showed, and whose events wait
    await put('csv/gone/a.csv');
    await pipeline.s3.send(new DeleteObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/gone/a.csv' }));
    for (const consumer of ['metadata-writer', 'ledger-exporter']) {
      await waitFor(async () => !(await isWaiting(consumer, '--prefix=')), consumer, 60_000);
    }
  }, 240_000);
  afterAll(async () => {
    await pipeline?.[Symbol.asyncDispose]();
  });

  test('counts each key once at each consumer, and what waits as waiting, which is not bad', async () => {
    expect(await counts('csv/')).toEqual({
      exitCode: 0,
      keys: 6,
      'metadata-writer': { 'not-matched': 1, recorded: 5 },
      'csv-row-counter': { skipped: 2, recorded: 1, waiting: 3 },
      'ledger-exporter': { 'not-matched': 1, unread: 5 },
      bad: [],
    });
  });

  test('counts a key as waiting that is deleted already, and that its consumer has never seen', async () => {
    expect(await counts('csv/gone/')).toMatchObject({
      exitCode: 0,
      'metadata-writer': { recorded: 1 },
      'csv-row-counter': { waiting: 1 },
    });
  });

  test('names what is missing and what is a dead letter, and is unhealthy with --check alone', async () => {
    const Name = pipeline.output('MetadataWriterRuleName');
    await pipeline.events.send(new DisableRuleCommand({ Name }));
    for (const key of ['lost/a.txt', 'lost/b.txt', 'lost/c.txt']) await put(key);
    await waitFor(async () => !(await isWaiting('metadata-writer', '--prefix=lost/')), 'the bus', 60_000);
    await pipeline.events.send(new EnableRuleCommand({ Name }));
    await pipeline.sqs.send(
      new SendMessageCommand({
        QueueUrl: pipeline.output('MetadataWriterDeadLetterQueueUrl'),
        MessageBody: JSON.stringify(busEvent({ key: 'lost/b.txt', bucket: pipeline.bucket })),
      }),
    );
    await pipeline.advance(60_000);

    expect(await counts('--prefix=lost', '--consumer=metadata-writer')).toEqual({
      exitCode: 5,
      keys: 3,
      'metadata-writer': { missing: 2, 'dead-lettered': 1 },
      bad: [
        'metadata-writer missing lost/a.txt',
        'metadata-writer dead-lettered lost/b.txt',
        'metadata-writer missing lost/c.txt',
      ],
    });
    const { exitCode, stdout } = await run('lost/');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`metadata-writer\tdead-lettered\ts3://${pipeline.bucket}/lost/b.txt`);
  });

  test('of nothing is exit 3', async () => {
    const { exitCode, stderr } = await run('cvs/');

    expect(exitCode).toBe(3);
    expect(stderr).toContain('hold anything under "cvs/"');
  });

  test.each([
    ['a key beside --prefix', ['csv/a.csv', '--prefix=csv/']],
    ['a version of a prefix', ['--prefix=csv/', '--version-id=1']],
    ['what is of the whole pipeline', ['csv/', '--since=1h']],
  ])('refuses %s', async (_, args) => {
    expect((await run(...args)).exitCode).toBe(2);
  });

  test('leaves a folder’s own object to be asked for by its version', async () => {
    const { VersionId = '' } = await put('folder/');

    const ran = await run('folder/', `--version-id=${VersionId}`, '--json');

    expect(ran.json()).toMatchObject({ verb: 'status object', key: 'folder/' });
  });
});
