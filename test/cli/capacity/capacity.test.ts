import { array, assert, constantFrom, double, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capacityOf } from '../../../cli/capacity/capacity.ts';
import type { CapacityWorkload } from '../../../cli/capacity/work.ts';
import type { CapacityConsumer, CapacityFacts } from '../../../cli/capacity/capacity-template.ts';
import { QUOTAS, quotasWith, type Quotas } from '../../../cli/capacity/quota-table.ts';
import type { Stage } from '../../../cli/capacity/stage.ts';
import { ASSUMPTIONS } from '../../../cli/cost/assumptions.ts';
import type { Keeps } from '../../../shared/keeps.ts';

const ROWS_OF_A_BUCKET: Keeps = {
  rows: { table: 'TTableName', key: { bucket: '{bucket}', object_key: '{key}' } },
};
const ROWS_OF_KEYS: Keeps = {
  rows: {
    table: 'UTableName',
    key: { file_key: '{key}' },
    index: { name: 'I', attribute: 'i', statuses: ['bad'], shows: [] },
  },
  of: { endings: ['.csv'], otherwise: 'no CSV' },
};

const consumer = (id: string, keeps: Keeps, more: Partial<CapacityConsumer> = {}): CapacityConsumer => ({
  id,
  keeps,
  readsObjects: false,
  readsRows: false,
  batchSize: 10,
  windowSeconds: 0,
  memoryMb: 256,
  isTraced: false,
  loggedCounts: [],
  loggedSuccesses: 1,
  maximumConcurrency: 50,
  maxReceiveCount: 14,
  ...more,
});

const indexer = consumer('Indexer', ROWS_OF_A_BUCKET);
const counter = consumer('Counter', ROWS_OF_KEYS, {
  readsObjects: true,
  batchSize: 1,
  maximumConcurrency: 20,
});
const ledger = consumer(
  'Ledger',
  { lines: 'ledger/' },
  { batchSize: 1_000, windowSeconds: 60, maximumConcurrency: 10 },
);
const bus = consumer('Bus', 'nothing', { target: 'bus', batchSize: 0 });

const FACTS: CapacityFacts = { consumers: [indexer, counter, ledger], hasArchive: true, wildcardRules: 2 };

const workload = (more: Partial<CapacityWorkload> = {}): CapacityWorkload => ({
  uploadsPerSecond: 1_000,
  prefixes: 1,
  csvShare: 0.2,
  csvBytes: 1e6,
  shares: {},
  eventMs: { Indexer: 6, Counter: 30, Ledger: 2 },
  keysGrow: false,
  ...more,
});

const capacity = (
  more: Partial<CapacityWorkload> = {},
  facts: CapacityFacts = FACTS,
  raised: Partial<Quotas> = {},
) => capacityOf({ workload: workload(more), facts, quotas: quotasWith(raised) });

/** `service what of consumer` → the stage. */
const byName = (stages: readonly Stage[]): Record<string, Stage> =>
  Object.fromEntries(
    stages.map((stage) => [
      `${stage.service} ${stage.what}${stage.consumer === undefined ? '' : ` of ${stage.consumer}`}`,
      stage,
    ]),
  );

describe('what a pipeline carries', () => {
  test.each([
    // 3,500 a prefix
    ['S3 uploads to one prefix', 1_000, 3_500],
    // a fifth of the uploads
    ['S3 objects read of one prefix of Counter', 200, 27_500],
    // every upload to two rules and the archive, a fifth to the third: 3.2
    ['EventBridge events handed to rules and the archive', 3_200, 5_859],
    ['DynamoDB rows written to the table of Indexer', 1_000, 40_000],
    ['DynamoDB rows written to the table of Counter', 200, 200_000],
    // two in a hundred of a fifth
    ['DynamoDB index entries of one status of Counter', 4, 250_000],
    // a thousand lines an object
    ['S3 objects written to the output bucket of Ledger', 1, 3_500_000],
  ])('is by AWS’s quotas: %s takes %d at 1,000 uploads a second, and carries %d', (name, needed, most) => {
    const stage = byName(capacity().stages)[name];

    expect(stage).toMatchObject({ needed, uploadsPerSecond: most, holds: true });
    expect(stage?.source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
  });

  test.each([
    // a full batch of ten takes 60 ms and what an invocation takes; fifty of them at once
    ['Indexer', (50 * 10) / ((ASSUMPTIONS.invocationMs + 60) / 1_000)],
    // one at a time, of a fifth of the uploads
    ['Counter', (20 * 1) / ((ASSUMPTIONS.invocationMs + 30) / 1_000) / 0.2],
    // two milliseconds a line, and one PUT for all of them
    ['Ledger', (10 * 1_000) / ((ASSUMPTIONS.invocationMs + ASSUMPTIONS.linesPutMs + 2_000) / 1_000)],
  ])('is by batch, time and concurrency of the template: %s %d', (id, most) => {
    expect(byName(capacity().stages)[`Lambda batches at once of ${id}`]).toMatchObject({
      uploadsPerSecond: Math.floor(most),
      limitedBy: 'ScalingConfig.MaximumConcurrency',
      source: 'template',
    });
  });

  test('is what the stage carries that carries least, and that one is told with what to do', () => {
    const { uploadsPerSecond, firstLimit, holds } = capacity({ uploadsPerSecond: 3_600 });

    expect([uploadsPerSecond, holds]).toEqual([2_631, false]);
    expect(firstLimit).toMatchObject({ service: 'Lambda', consumer: 'Counter', holds: false });
    expect(firstLimit?.advice).toContain('maximumConcurrency');
  });

  test('is more over more prefixes, and where AWS has raised a quota, which is its source then', () => {
    const stages = byName(capacity({ prefixes: 10 }, FACTS, { eventBridgeInvocations: 64_000 }).stages);

    expect(stages['S3 uploads to one prefix']?.uploadsPerSecond).toBe(35_000);
    expect(stages['EventBridge events handed to rules and the archive']).toMatchObject({
      limit: 64_000,
      uploadsPerSecond: 20_000,
      source: '--quota',
    });
  });

  test('is 1,000 a second of one partition of the bucket only where keys grow with time', () => {
    const spread = capacity({ uploadsPerSecond: 1_500 });
    const growing = capacity({ uploadsPerSecond: 1_500, keysGrow: true });
    const name = 'DynamoDB rows written to one partition of Indexer';

    expect(byName(spread.stages)[name]).toMatchObject({ holds: false, uploadsPerSecond: 1_000 });
    expect(byName(spread.stages)[name]?.when).toContain('keys grow with time');
    expect(spread.holds).toBe(true);
    expect([growing.holds, growing.uploadsPerSecond]).toEqual([false, 1_000]);
    expect(growing.firstLimit).toEqual(byName(growing.stages)[name]);
    // its partition key is the object's own
    expect(Object.keys(byName(growing.stages))).not.toContain(
      'DynamoDB rows written to one partition of Counter',
    );
  });

  test('is told of a new table as long as it is new', () => {
    const { stages, holds } = capacity({
      uploadsPerSecond: 5_000,
      prefixes: 2,
      shares: { Counter: 0.01, Ledger: 0.1 },
    });

    expect(holds).toBe(true);
    expect(byName(stages)['DynamoDB rows written to a new table of Indexer']).toMatchObject({
      holds: false,
      when: 'while the table is new',
      uploadsPerSecond: 4_000,
    });
  });

  test('is by Lambda’s own pollers where the mapping sets no concurrency', () => {
    const { maximumConcurrency: _, ...unbounded } = indexer;
    const stages = byName(capacity({}, { ...FACTS, consumers: [unbounded] }).stages);

    expect(stages['Lambda batches at once of Indexer']).toMatchObject({
      limit: 1_250,
      limitedBy: 'lambdaPollers',
    });
  });

  test('counts a rule without a function, and nothing else of it', () => {
    const { stages } = capacity({}, { consumers: [bus], hasArchive: false, wildcardRules: 0 });

    expect(byName(stages)['EventBridge events handed to rules and the archive']?.needed).toBe(1_000);
    expect(stages.filter(({ consumer: id }) => id === 'Bus')).toEqual([]);
  });

  test('says how long Lambda needs to get there: five at once, and three hundred more a minute', () => {
    const { rampSeconds } = capacity({
      uploadsPerSecond: 10_000,
      eventMs: { Indexer: 100, Counter: 1, Ledger: 2 },
    });
    const indexing = (10_000 / 10) * ((ASSUMPTIONS.invocationMs + 1_000) / 1_000);

    expect(rampSeconds['Indexer']).toBe(Math.round(((Math.ceil(indexing) - 5) / 300) * 60));
  });

  test('is, stage by stage, held to the rate that is told and not to one more', () => {
    const asked = record({
      uploadsPerSecond: integer({ min: 0, max: 1_000_000 }),
      prefixes: integer({ min: 1, max: 1_000 }),
      csvShare: double({ min: 0.001, max: 1, noNaN: true }),
      keysGrow: constantFrom(true, false),
    });
    assert(
      property(
        asked,
        array(constantFrom(indexer, counter, ledger, bus), { maxLength: 3 }),
        (more, consumers) => {
          const facts = { ...FACTS, consumers };
          const { stages, uploadsPerSecond, firstLimit, holds } = capacity(more, facts);
          const deciding = stages.filter(({ when }) => when === undefined);
          for (const { uploadsPerSecond: most, holds: isHeld } of stages) {
            expect(isHeld).toBe(most === null || more.uploadsPerSecond <= most);
          }
          expect(uploadsPerSecond).toBe(
            Math.min(...deciding.flatMap(({ uploadsPerSecond: most }) => most ?? [])),
          );
          expect(firstLimit?.uploadsPerSecond).toBe(uploadsPerSecond);
          expect(holds).toBe(deciding.every((stage) => stage.holds));
        },
      ),
    );
  });
});

test('a quota is a number above nothing, and names the page of AWS that says so', () => {
  for (const [name, { value, source }] of Object.entries(QUOTAS)) {
    expect([name, value > 0, new URL(source).hostname]).toEqual([name, true, 'docs.aws.amazon.com']);
  }
});
