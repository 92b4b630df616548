import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeArchiveCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ConsoleServer } from '../../../cli/console/console-server.ts';
import { callConsole } from '../../support/console-call.ts';
import { errorNamed, events, metrics, OUTPUTS, REGION, resetMocks, sqs } from '../../support/mocked-aws.ts';

/** How AWS refuses one service, and how that is said. */
const REFUSALS = [
  ['throttled', errorNamed('ThrottlingException', 'Rate exceeded'), 'AWS asks for less'],
  ['denied', errorNamed('AccessDenied', 'not authorized'), 'access denied'],
  [
    'asked with expired credentials',
    errorNamed('ExpiredToken', 'The security token included in the request is expired'),
    'AWS does not take these credentials',
  ],
] as const;

interface Unavailable {
  readonly what: string;
  readonly why: string;
}

interface Answer {
  readonly exitCode: number;
  readonly error: { readonly message: string; readonly nextStep?: string } | undefined;
  readonly document: Readonly<Record<string, unknown>> & {
    readonly unavailable?: readonly Unavailable[];
    readonly consumers?: readonly Readonly<Record<string, unknown>>[];
  };
}

let server: ConsoleServer;
let origin: string;
let token: string;

beforeEach(async () => {
  resetMocks();
  server = new ConsoleServer({
    target: { target: 'aws', region: REGION, stack: 'Sluice-prod' },
    readOnly: true,
    startCommand: 'npx sluice console',
    onTrouble: () => {},
  });
  await server.listen(0);
  const url = new URL(server.url);
  origin = url.origin;
  token = new URLSearchParams(url.hash.slice(1)).get('token')!;
});
afterEach(() => server?.stop());
afterAll(() => void vi.useRealTimers());

/** What the page gets of a verb. */
async function call(...args: string[]): Promise<Answer> {
  const response = await callConsole(origin, token, '/api/verb', { args });
  const lines = (await response.text())
    .trimEnd()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as { type: string; text?: string; exitCode?: number; error?: Answer['error'] },
    );
  const text = lines
    .filter(({ type }) => type === 'data')
    .map((line) => line.text)
    .join('');
  const { exitCode = -1, error } = lines.at(-1)!;
  return { exitCode, error, document: text === '' ? {} : (JSON.parse(text) as Answer['document']) };
}

const DENIED_QUEUE = OUTPUTS['CsvRowCounterDeadLetterQueueUrl']!;

describe.each(REFUSALS)('a console of AWS where one service is %s', (_, refusal, said) => {
  const why = expect.stringContaining(said) as string;

  test('shows the flow without CloudWatch, and what SQS tells', async () => {
    metrics.on(GetMetricDataCommand).rejects(refusal);
    const { exitCode, document } = await call('flow');

    expect(exitCode).toBe(4);
    expect(document.unavailable).toEqual([{ what: 'CloudWatch', why }]);
    expect(document.consumers).toMatchObject([
      { matched: null, waiting: 0, deadLetters: 0 },
      { matched: null, waiting: 0, deadLetters: 0 },
      { matched: null, waiting: 0, deadLetters: 0 },
    ]);
  });

  test('shows the flow without SQS, and what the archive holds', async () => {
    sqs.on(GetQueueAttributesCommand).rejects(refusal);
    for (const [output, QueueUrl] of Object.entries(OUTPUTS)) {
      if (output.endsWith('QueueUrl')) sqs.on(GetQueueAttributesCommand, { QueueUrl }).rejects(refusal);
    }
    events.on(DescribeArchiveCommand).resolves({ EventCount: 42 });
    const { exitCode, document } = await call('flow');

    expect(exitCode).toBe(4);
    expect(document.unavailable).toHaveLength(9);
    expect(document.unavailable).toContainEqual({ what: 'queue Sluice-prod-metadata-writer', why });
    expect(document).toMatchObject({
      archive: { events: 42 },
      consumers: [{ waiting: null }, { waiting: null }, { waiting: null }],
    });
  });

  test('shows charts that are empty, and why', async () => {
    metrics.on(GetMetricDataCommand).rejects(refusal);
    const { document } = await call('metrics');

    expect(document.unavailable).toContainEqual({ what: 'CloudWatch', why });
    expect(document.consumers).toHaveLength(3);
  });

  test('shows the archive without its histogram', async () => {
    metrics.on(GetMetricDataCommand).rejects(refusal);
    const { exitCode, document } = await call('archive');

    expect(exitCode).toBe(4);
    expect(document).toMatchObject({ name: 'archive', state: 'ENABLED', isCounted: false, note: why });
  });

  test('shows every joint but those that it cannot ask about', async () => {
    events.on(DescribeArchiveCommand).rejects(refusal);
    const { exitCode, document } = await call('status');

    const joints = document['joints'] as readonly { name: string; state: string; isUnknown?: boolean }[];
    expect(exitCode).toBe(4);
    expect(document['problems']).toEqual([why]);
    expect(joints.filter(({ isUnknown }) => isUnknown === true)).toEqual([
      expect.objectContaining({ detail: why }),
    ]);
    expect(joints.filter(({ state }) => state === 'ok').length).toBeGreaterThan(10);
  });

  test('shows the dead letters of the other queues', async () => {
    sqs.on(GetQueueAttributesCommand, { QueueUrl: DENIED_QUEUE }).rejects(refusal);
    const held = OUTPUTS['MetadataWriterDeadLetterQueueUrl']!;
    sqs.on(GetQueueAttributesCommand, { QueueUrl: held }).resolves({
      Attributes: { ApproximateNumberOfMessages: '1', MessageRetentionPeriod: '1209600' },
    });
    sqs
      .on(ReceiveMessageCommand, { QueueUrl: held })
      .resolvesOnce({
        Messages: [
          { MessageId: 'a', Body: 'no JSON', Attributes: { SentTimestamp: '0' }, ReceiptHandle: 'r' },
        ],
      })
      .resolves({});
    const { exitCode, document } = await call('dead', 'list');

    expect(exitCode).toBe(4);
    expect(document.unavailable).toEqual([{ what: 'queue dead-csv-row-counter', why }]);
    expect(document['letters']).toMatchObject([{ messageId: 'a', consumer: 'metadata-writer' }]);
  });

  test('says of letters that no queue shows why', async () => {
    for (const [output, QueueUrl] of Object.entries(OUTPUTS)) {
      if (output.endsWith('QueueUrl')) sqs.on(GetQueueAttributesCommand, { QueueUrl }).rejects(refusal);
    }
    const { document, error } = await call('dead', 'list');

    expect(document).toEqual({});
    expect(error).toEqual({ message: why, nextStep: expect.any(String) as string });
  });
});
