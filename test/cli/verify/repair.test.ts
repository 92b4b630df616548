import { SendMessageBatchCommand, type SendMessageBatchCommandInput } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import { parseObjectEventText } from '../../../shared/object-event/object-event-parser.ts';
import type { Finding } from '../../../cli/verify/finding.ts';
import { Repair } from '../../../cli/verify/repair.ts';
import { NOW, OUTPUTS, resetMocks, sqs } from '../../support/mocked-aws.ts';
import { LONG_AGO } from '../../support/mocked-contents.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(() => {
  resetMocks();
  sqs.on(SendMessageBatchCommand).callsFake(({ Entries = [] }: SendMessageBatchCommandInput) => ({
    Successful: Entries.map(({ Id }) => ({ Id })),
  }));
});

const finding = (change: Partial<Finding> = {}): Finding => ({
  class: 'stale',
  consumer: 'csv-row-counter',
  bucket: 'ingest',
  key: 'a.csv',
  object: {
    key: 'a.csv',
    versionId: 'v2',
    isDeleteMarker: false,
    size: 5,
    etag: 'b1946ac92492d2347c6235b4d2611184',
    lastModified: LONG_AGO,
  },
  row: { key: 'a.csv', isDeleted: false, sequencer: '0A' },
  ...change,
});

const repair = () => new Repair(mockedPipeline(), NOW);

const requests = () => sqs.commandCalls(SendMessageBatchCommand).map(({ args: [{ input }] }) => input);

/** What the consumers read in the messages that were sent. */
const eventsSent = () =>
  requests().flatMap(({ Entries = [] }) =>
    Entries.flatMap(({ MessageBody = '' }) => parseObjectEventText(MessageBody)),
  );

async function sent(one: Finding) {
  const repairs = repair();
  const isMended = await repairs.add(one);
  await repairs.finish();
  return { isMended, sent: repairs.sent, events: eventsSent() };
}

describe('a repair', () => {
  test('sends the object as it is, on condition that the row is still as it was seen', async () => {
    expect(await sent(finding())).toEqual({
      isMended: true,
      sent: 1,
      events: [
        expect.objectContaining({
          origin: 'backfill',
          detailType: 'Object Created',
          bucket: 'ingest',
          key: 'a.csv',
          size: 5,
          etag: 'b1946ac92492d2347c6235b4d2611184',
          versionId: 'v2',
          lastModified: LONG_AGO,
          observedAt: NOW.toISOString(),
          expected: { sequencer: expect.stringMatching(/^0+a$/i) as string },
        }),
      ],
    });
  });

  test('says that a sequencer which lies ahead is forged, and of any other nothing', async () => {
    const sequencer = 'ffffffff00000000';
    const { events } = await sent(finding({ row: { key: 'a.csv', isDeleted: false, sequencer } }));

    expect(events).toMatchObject([{ expected: { sequencer: sequencer.padStart(32, '0'), isForged: true } }]);
  });

  test.each([[null], [{ key: 'a.csv', isDeleted: false }]])(
    'of a row without a sequencer, or of none, expects none: %j',
    async (row) => {
      const { events } = await sent(finding({ row }));

      expect(events).toMatchObject([{ expected: { sequencer: null } }]);
    },
  );

  test('sends the deletion of what is gone, as of the look', async () => {
    const { events } = await sent(finding({ class: 'present-but-gone', object: null }));

    expect(events).toMatchObject([
      { detailType: 'Object Deleted', key: 'a.csv', eventTime: NOW.toISOString() },
    ]);
    expect(events[0]).not.toHaveProperty('versionId');
  });

  test('sends the deletion with the version of its marker', async () => {
    const object = { key: 'a.csv', versionId: 'm3', isDeleteMarker: true, lastModified: LONG_AGO };

    const { events } = await sent(finding({ class: 'present-but-gone', object }));

    expect(events).toMatchObject([{ detailType: 'Object Deleted', versionId: 'm3' }]);
  });

  test('goes to the queue of the consumer concerned alone', async () => {
    await sent(finding());

    expect(requests().map(({ QueueUrl }) => QueueUrl)).toEqual([OUTPUTS['CsvRowCounterQueueUrl']]);
  });

  test.each<[what: string, change: Partial<Finding>]>([
    ['a foreign row, which is nobody’s here', { class: 'foreign' }],
    ['what waits, which mends itself', { class: 'waiting' }],
    ['a consumer that is not of this stack', { consumer: 'another' }],
  ])('leaves %s alone', async (_, change) => {
    expect(await sent(finding(change))).toEqual({ isMended: false, sent: 0, events: [] });
    expect(requests()).toEqual([]);
  });

  test('sends a deletion to a row of a name that its consumer skips, though its object is there', async () => {
    const one = await sent(finding({ class: 'foreign', skipped: 'not named as a CSV' }));

    expect(one).toMatchObject({
      isMended: true,
      sent: 1,
      events: [
        {
          detailType: 'Object Deleted',
          key: 'a.csv',
          eventTime: NOW.toISOString(),
          expected: { sequencer: expect.stringMatching(/^0+a$/) as string },
        },
      ],
    });
    expect(one.events[0]).not.toHaveProperty('versionId');
  });

  test('sends ten at a time, by consumer, and the rest at the end, in order', async () => {
    const repairs = repair();
    for (let index = 0; index < 21; index++) {
      await repairs.add(finding({ key: `${index}.csv` }));
      if (index < 2) await repairs.add(finding({ key: `${index}.csv`, consumer: 'metadata-writer' }));
    }
    const before = repairs.sent;
    await repairs.finish();
    await repairs.finish();

    expect([before, repairs.sent, repairs.refused]).toEqual([20, 23, []]);
    expect(requests().map(({ Entries = [] }) => Entries.length)).toEqual([10, 10, 1, 2]);
    expect(eventsSent().map(({ key }) => key)).toEqual([
      ...Array.from({ length: 21 }, (_, index) => `${index}.csv`),
      '0.csv',
      '1.csv',
    ]);
  });

  test('tells what SQS refuses for good, and counts it not as sent', async () => {
    sqs.on(SendMessageBatchCommand).resolves({
      Successful: [{ Id: '0', MessageId: 'm', MD5OfMessageBody: '' }],
      Failed: [{ Id: '1', SenderFault: true, Code: 'InvalidMessageContents', Message: 'no' }],
    });
    const repairs = repair();
    for (const key of ['a.csv', 'b.csv']) await repairs.add(finding({ key }));
    await repairs.finish();

    expect([repairs.sent, repairs.refused]).toEqual([1, ['InvalidMessageContents: no']]);
  });
});
