import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { UndoneEvent, UndonePage } from '../../../shared/control-objects.ts';
import { queueDepths, UndoneKeys, undoneKeys, type Undone } from '../../../cli/fate/undone.ts';
import { OUTPUTS, resetMocks, sqs } from '../../support/mocked-aws.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

describe('the undone keys of a consumer', () => {
  test('are known by consumer and key', () => {
    const undone = new UndoneKeys();
    undone.add('one', 'a', 'dead-lettered');

    expect([undone.of('one', 'a'), undone.of('one', 'b'), undone.of('another', 'a')]).toEqual([
      'dead-lettered',
      undefined,
      undefined,
    ]);
  });

  test('wait where any event of theirs waits, in whatever order the events come, and however often', () => {
    const all = fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b'),
        undone: fc.constantFrom<Undone>('waiting', 'dead-lettered'),
      }),
    );
    fc.assert(
      fc.property(all, (events) => {
        const undone = new UndoneKeys();
        for (const event of events) undone.add('one', event.key, event.undone);

        for (const key of ['a', 'b']) {
          const own = events.filter((event) => event.key === key);
          const expected = own.some((event) => event.undone === 'waiting') ? 'waiting' : own[0]?.undone;
          expect(undone.of('one', key)).toBe(expected);
        }
      }),
    );
  });
});

const event = (queueName: string | null, key: string): UndoneEvent => ({
  queueName,
  key,
  state: 'waiting',
});

/** What each consumer has of the key `a`, once these pages are asked for. */
async function undoneIn(...pages: readonly UndoneEvent[][]) {
  const asked: object[] = [];
  const pipeline = mockedPipeline({
    runtime: {
      undone: (question): UndonePage => {
        asked.push(question);
        const at = Number(question.after ?? 0);
        return { events: pages[at] ?? [], ...(at + 1 < pages.length && { next: String(at + 1) }) };
      },
    },
  });
  const undone = await undoneKeys(pipeline, 'csv/');
  return { asked, of: pipeline.consumers.map(({ name }) => undone?.of(name, 'a')) };
}

describe('asking for what is undone', () => {
  test('nobody can in AWS', async () => {
    expect(await undoneKeys(mockedPipeline(), '')).toBeUndefined();
  });

  test('is asking for page after page of the prefix, to the last', async () => {
    const { asked, of } = await undoneIn(
      [event('Sluice-prod-metadata-writer', 'b')],
      [],
      [event('Sluice-prod-metadata-writer', 'a')],
    );

    expect(asked).toEqual([
      { bucket: 'ingest', prefix: 'csv/', after: undefined },
      { bucket: 'ingest', prefix: 'csv/', after: '1' },
      { bucket: 'ingest', prefix: 'csv/', after: '2' },
    ]);
    expect(of).toEqual(['waiting', undefined, undefined]);
  });

  test.each([
    ['on the bus, waits for everybody', null, ['waiting', 'waiting', 'waiting']],
    ['in a queue waits for its consumer', 'Sluice-prod-csv-row-counter', [undefined, 'waiting', undefined]],
    [
      'that its function gave up is a letter',
      'dead-csv-row-counter',
      [undefined, 'dead-lettered', undefined],
    ],
    [
      'that was not delivered is a letter',
      'undelivered-metadata-writer',
      ['dead-lettered', undefined, undefined],
    ],
    ['in a queue of somebody else is nobody’s', 'another', [undefined, undefined, undefined]],
  ])('finds that an event %s', async (_, queueName, of) => {
    expect((await undoneIn([event(queueName, 'a')])).of).toEqual(of);
  });
});

const holds = (id: string, Attributes: Record<string, string>) =>
  sqs.on(GetQueueAttributesCommand, { QueueUrl: OUTPUTS[`${id}QueueUrl`] }).resolves({ Attributes });

describe('the depths of the queues', () => {
  test('are what waits, is delayed or in hand, of the consumers with rows whose queue is not empty', async () => {
    holds('MetadataWriter', {
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '20',
      ApproximateNumberOfMessagesDelayed: '300',
    });
    holds('CsvRowCounter', { ApproximateNumberOfMessages: '0' });
    // it keeps lines, which are not compared
    holds('LedgerExporter', { ApproximateNumberOfMessages: '9' });

    expect(await queueDepths(mockedPipeline())).toEqual({ 'metadata-writer': 321 });
  });
});
