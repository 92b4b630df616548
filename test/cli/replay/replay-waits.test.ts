import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alteredAssembly, resourcesOf } from '../../support/assembly.ts';
import { withoutAction } from '../../support/fault-switch.ts';
import { busEvent } from '../../support/object-events.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';

const OBJECTS = 12;

interface Replayed {
  readonly isSettled: boolean;
  readonly outcomes: readonly { readonly lastError?: string }[];
}

/** A pipeline whose row counter is paused, and whose ledger may not write. */
const halfBroken = () =>
  alteredAssembly((template) => {
    for (const [, { Properties }] of resourcesOf(
      template,
      'AWS::Lambda::EventSourceMapping',
      'CsvRowCounter',
    )) {
      Properties['Enabled'] = false;
    }
    withoutAction(template, 'LedgerExporter', 's3:PutObject');
  });

describe('a replay', () => {
  let pipeline: PipelineUnderTest;

  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start({ assemblyDir: halfBroken() });
    for (let n = 0; n < OBJECTS; n++) {
      await pipeline.s3.send(
        new PutObjectCommand({ Bucket: pipeline.bucket, Key: `csv/${n}.csv`, Body: 'a\n' }),
      );
    }
    await pipeline.workedOff('metadata-writer');
    // of no replay: it sits in the writer's queue for a quarter of an hour
    await pipeline.sqs.send(
      new SendMessageCommand({
        QueueUrl: pipeline.output('MetadataWriterQueueUrl'),
        MessageBody: JSON.stringify(busEvent({ key: 'late.txt' })),
        DelaySeconds: 900,
      }),
    );
  });
  afterAll(async () => {
    await pipeline?.[Symbol.asyncDispose]();
  });

  const replay = (consumer: string, ...more: string[]) =>
    sluiceInside(pipeline, 'replay', '--since=1h', '--yes', '--json', `--consumer=${consumer}`, ...more);

  test('ends when its own events are done, though another message sits in the queue', async () => {
    const ran = await replay('metadata-writer');

    expect({ exitCode: ran.exitCode, ...ran.json() }).toMatchObject({
      exitCode: 0,
      isSettled: true,
      left: { countedBy: 'replay', consumers: [{ waiting: 0, retried: 0, letters: 0 }] },
      outcomes: [{ recomputed: 0, alreadyThere: OBJECTS, failed: 0 }],
    });
  });

  test('of a paused consumer stops waiting, says what is left and what to do, and is partly done', async () => {
    const ran = await replay('csv-row-counter', '--patience=1s', '--name=paused');

    expect({ exitCode: ran.exitCode, ...ran.json() }).toMatchObject({
      exitCode: 4,
      isSettled: false,
      // not the twelve of the uploads, which wait there too
      left: { consumers: [{ consumer: 'csv-row-counter', waiting: OBJECTS, retried: 0, letters: 0 }] },
    });
    expect(ran.stderr).toContain(`csv-row-counter: of its events ${OBJECTS} wait`);
    expect(ran.stderr).toContain('nothing has moved for 1 s');
    expect(ran.stderr).toContain('sluice status, then sluice replay show paused');
  });

  test('to a consumer that fails ends likewise, with the last error', async () => {
    const ran = await replay('ledger-exporter', '--patience=2s');

    expect(ran.exitCode).toBe(4);
    expect(ran.json<Replayed>().isSettled).toBe(false);
    expect(ran.json<Replayed>().outcomes[0]?.lastError).toMatch(/^AccessDenied/);
    expect(ran.stderr).toMatch(
      /ledger-exporter: of its events 12 in hand or to be tried again; the last error: AccessDenied/,
    );
  });

  test('that is shown later says what is left, and which of its events became letters', async () => {
    await pipeline.sqs.send(
      new SendMessageCommand({
        QueueUrl: pipeline.output('CsvRowCounterDeadLetterQueueUrl'),
        MessageBody: JSON.stringify({ 'replay-name': 'paused', ...busEvent({ key: 'csv/given-up.csv' }) }),
      }),
    );

    const { stderr } = await sluiceInside(pipeline, 'replay', 'show', 'paused');
    const again = await replay('csv-row-counter', '--patience=0s', '--name=paused');

    expect(stderr).toContain(`csv-row-counter: of its events ${OBJECTS} wait`);
    expect(stderr).toContain('csv-row-counter: 1 of its events became dead letters');
    expect({ exitCode: again.exitCode, ...again.json() }).toMatchObject({ exitCode: 4, isNew: false });
  });
});
