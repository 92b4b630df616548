import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Pipeline } from '../../../cli/pipeline/pipeline.ts';
import { reachOf } from '../../../cli/pipeline/routing.ts';
import { eachRecord } from '../../../functions/batch/sqs-batch.ts';
import { backfillEnvelope } from '../../../shared/object-event/backfill-envelope.ts';
import { compilePattern } from '../../../shared/event-pattern/pattern-matcher.ts';
import { lambdaContext } from '../../support/invocations.ts';
import { OUTPUTS, REGION } from '../../support/mocked-aws.ts';
import { busEvent } from '../../support/object-events.ts';

// read while the edge loads
vi.hoisted(() => (process.env['POWERTOOLS_METRICS_DISABLED'] = 'true'));

const KEEPS = OUTPUTS['CsvRowCounterKeeps']!;
/** A rule that lets everything through: what is left is judged by the name. */
const EVERYTHING = '{"source":["aws.s3"],"detail-type":["Object Created"]}';

/** What the function has logged. */
const written: string[] = [];

beforeEach(() => {
  vi.stubEnv('QUEUE_URL', 'http://127.0.0.1/queue');
  vi.stubEnv('DEAD_LETTER_QUEUE_URL', 'http://127.0.0.1/letters');
  vi.stubEnv('MAX_RECEIVE_COUNT', '5');
  written.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written.push(String(chunk));
    return true;
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a function', () => {
  test('is given exactly the names of which the command line says that they are wanted', async () => {
    vi.stubEnv('KEEPS', KEEPS);
    const given: string[] = [];
    const handler = eachRecord(async ({ key }) => {
      given.push(key);
      return 'recorded';
    });
    using pipeline = new Pipeline({
      deployment: { kind: 'aws', account: '111122223333', region: REGION, stack: 'Sluice-prod' },
      outputs: OUTPUTS,
      client: { region: REGION },
    });
    const [consumer] = pipeline.consumersNamed(['csv-row-counter']);
    const route = {
      consumer: consumer!,
      ruleArn: '',
      isEnabled: true,
      pattern: EVERYTHING,
      matcher: compilePattern(EVERYTHING),
    };
    const keys = fc
      .array(fc.constantFrom('csv/', '.csv', '.CSV', '.gz', '.Gz', '.zip', 'a', 'é', '/', ' ', '\n'), {
        minLength: 1,
      })
      .map((parts) => parts.join(''));

    await fc.assert(
      fc.asyncProperty(keys, async (key) => {
        given.length = 0;

        await handler(busEvent({ key }), lambdaContext());

        const isWanted = reachOf([route], pipeline, { key }) === 'wanted';
        expect(given).toEqual(isWanted ? [key] : []);
      }),
      { numRuns: 300 },
    );
  });

  test('counts what it is not given as skipped, in its answer and its log', async () => {
    vi.stubEnv('KEEPS', KEEPS);
    const handler = eachRecord(async () => 'recorded');

    const answer = await handler(busEvent({ key: 'csv/readme.txt' }), lambdaContext());

    expect(answer).toEqual({ written: 0, superseded: 0, skipped: 1 });
    expect(written.join('')).toContain('"reason":"not named as a CSV"');
  });

  test('is given the repair that removes a row of such a name, and no other backfill', async () => {
    vi.stubEnv('KEEPS', KEEPS);
    const given: string[] = [];
    const handler = eachRecord(async ({ detailType, key }) => {
      given.push(`${detailType} ${key}`);
      return 'recorded';
    });
    const facts = {
      bucket: 'ingest',
      key: 'csv/readme.txt',
      lastModified: '2026-11-20T00:00:00Z',
      observedAt: '2026-11-20T00:00:00Z',
      expected: { sequencer: '0A' },
    };

    const answers = [
      await handler(backfillEnvelope({ ...facts, isDeleted: true }), lambdaContext()),
      await handler(backfillEnvelope(facts), lambdaContext()),
    ];

    expect(given).toEqual(['Object Deleted csv/readme.txt']);
    expect(answers).toEqual([
      { written: 1, superseded: 0, skipped: 0 },
      { written: 0, superseded: 0, skipped: 1 },
    ]);
  });

  test.each([
    [undefined, 'environment variable KEEPS is missing or empty'],
    ['{"lines":"ledger"}', 'keeps.lines is "ledger": it must be a prefix that ends in a slash'],
  ])('does not load when it is told %j', (keeps, message) => {
    vi.stubEnv('KEEPS', keeps);

    expect(() => eachRecord(async () => 'recorded')).toThrow(message);
  });
});
