import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RecordContext } from '../../../functions/batch/sqs-batch.ts';
import { Gateway } from '../../../local/gateway.ts';
import { statesService } from '../../../local/states/states.ts';
import { identity } from '../../../shared/object-event/event-identity.ts';
import { ACCOUNT, BusUnderTest, REGION } from '../../local/eventbridge/bus-under-test.ts';
import { busEvent, eventOf } from '../../support/object-events.ts';
import { type CounterWorld, startCounterWorld } from './counter-world.ts';

const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:big`;
const BODY = gzipSync('id\n1\n');

describe('an object that is too large for the function', () => {
  let counter: CounterWorld;
  let bus: BusUnderTest;
  let gateway: Gateway;
  /** Whether Step Functions may be asked. */
  let isOpen = true;

  beforeAll(async () => {
    vi.spyOn(console, 'error').mockReturnValue(undefined);
    bus = new BusUnderTest();
    gateway = new Gateway();
    gateway.serve({
      targets: { AWSStepFunctions: statesService(bus.records) },
      services: {},
      principalOf: () =>
        isOpen
          ? { kind: 'operator' }
          : {
              kind: 'role',
              roleName: 'counter',
              functionName: 'counter',
              accountId: ACCOUNT,
              statements: [],
            },
    });
    counter = await startCounterWorld({
      AWS_ENDPOINT_URL_SFN: `http://127.0.0.1:${await gateway.listen(0)}`,
    });
  });
  afterAll(async () => {
    counter?.stop();
    await gateway?.close(0);
    await bus?.[Symbol.asyncDispose]();
    vi.restoreAllMocks();
  });

  /** Counts the object in no time at all, so that it is too large whatever it holds. */
  async function count(key: string, handOverTo: string | undefined) {
    counter.s3.put(key, { body: BODY, versionId: 'v1' });
    const event = eventOf(busEvent({ key, versionId: 'v1', size: BODY.length, etag: 'e1' }));
    // reads its environment while it loads
    const { rowCounter } = await import('../../../functions/csv-row-counter/row-counter.ts');
    const { logger, metrics } = await import('../../../functions/batch/telemetry.ts');
    const context: RecordContext = {
      messageId: 'm',
      receiveCount: 1,
      isRedriven: false,
      logsSuccess: true,
      remainingTimeMs: () => 0,
      signal: new AbortController().signal,
      logger,
      metrics,
    };
    const table = { name: process.env['TABLE_NAME']!, tombstoneTtlDays: 63 };
    const options = { table, s3: new S3Client({ forcePathStyle: true }), delimiter: ',', handOverTo };
    await rowCounter(options)(event, context);
    return { event, row: (await counter.row(key))! };
  }
  const started = (key: string) => bus.records.page({ limit: 100, key }).events;

  test('stays a row where there is nobody to take it', async () => {
    const { row } = await count('csv/kept.csv.gz', undefined);

    expect(row).toMatchObject({ status: 'object-too-large' });
    expect(row).not.toHaveProperty('handed_over');
    expect(started('csv/kept.csv.gz')).toEqual([]);
  });

  test('starts one execution that is told of it, however often it comes, and its row says which', async () => {
    const key = 'csv/großes Jahr.csv.gz';
    const { event, row } = await count(key, MACHINE);
    await count(key, MACHINE);

    const name = createHash('sha256').update(identity(event)).digest('hex');
    expect(row).toMatchObject({
      status: 'object-too-large',
      handed_over: `arn:aws:states:${REGION}:${ACCOUNT}:execution:big:${name}`,
    });
    expect(started(key).map(({ to, event }) => ({ to, event }))).toEqual([
      {
        to: MACHINE,
        event: { bucket: 'ingest', key, version: 'v1', etag: 'e1', size: BODY.length, reason: row['error'] },
      },
    ]);
  });

  test('is tried again when the execution is refused, and leaves no row that says otherwise', async () => {
    isOpen = false;

    await expect(count('csv/refused.csv.gz', MACHINE)).rejects.toMatchObject({
      name: expect.stringContaining('AccessDenied'),
    });

    expect(await counter.row('csv/refused.csv.gz')).toBeUndefined();
  });
});
